"""The whole story of the page, in Chromium: from making an account to signing out.

Usage: story.py OPTIONS, a JSON object:
  backend   a file that says the service's port, once there is one
  mail      where the letters are, as N.eml
  video     50 MB of video, whose name is film.mkv
  short     a video of some seconds
  silent    a video without sound
  long      a video of hours
  outbox    the directory of ada's MP3s
  promote   a command that makes ada an administrator
  pictures  where the screenshots are put

Prints `ready PORT`: the port of its proxy, which is the page's address. Ends with a traceback where the page does
something else than the story says.
"""

import base64
import email
import email.policy
import json
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import urllib.error
import urllib.request

from selenium.webdriver.common.keys import Keys

from browser import Browser, eventually
from cutting_proxy import CuttingProxy

PASSWORD = "correct horse battery"
NAME = "film.mkv"

# Keeps every text that the elements show, so that what passes quickly is seen, too.
WATCH = """
window.seen = new Set();
const look = () => document.querySelectorAll('.state, .detail').forEach(part => window.seen.add(part.textContent));
new MutationObserver(look).observe(document.body, {subtree: true, childList: true, characterData: true});
"""

# Drops files as a file manager does: each a name and what it holds, in Base64.
DROP = """
const transfer = new DataTransfer();
for (const [name, content] of arguments[0]) {
  const bytes = Uint8Array.from(atob(content), character => character.charCodeAt(0));
  transfer.items.add(new File([bytes], name, {type: 'video/mp4', lastModified: 1700000000000}));
}
const target = document.querySelector('h1');
for (const kind of ['dragenter', 'dragover', 'drop']) {
  target.dispatchEvent(new DragEvent(kind, {bubbles: true, cancelable: true, dataTransfer: transfer}));
  if (kind === 'dragover' && !document.documentElement.classList.contains('dragging')) throw Error('nothing shows it');
}
"""

# Answers about single jobs arrive after the news of their end, and say what was when they were asked for.
LATE = """
const real = window.fetch;
window.fetch = async (address, options) => {
  const reply = await real(address, options);
  if (!/\\/jobs\\/\\d+$/.test(address)) return reply;
  const job = await reply.json();
  while (!document.querySelector('#jobs .failed')) await new Promise(resolve => setTimeout(resolve, 20));
  const json = async () => {
    setTimeout(() => window.isLate = true);
    return {...job, state: 'converting', message: null};
  };
  window.fetch = real;
  return {ok: true, status: 200, json};
};
"""


class Story:
    def __init__(self, options, proxy, browser):
        self.proxy, self.browser = proxy, browser
        self.mail, self.outbox = pathlib.Path(options["mail"]), pathlib.Path(options["outbox"])
        self.video, self.short = pathlib.Path(options["video"]), pathlib.Path(options["short"])
        self.silent, self.long = pathlib.Path(options["silent"]), pathlib.Path(options["long"])
        self.promote = options["promote"]
        self.origin = f"http://127.0.0.1:{proxy.port}"

    def tell(self):
        self.register()
        self.confirm()
        self.sign_in()
        self.upload_over_a_broken_line()
        self.play()
        self.download()
        self.reload_in_the_middle()
        self.discard()
        self.drop_two()
        self.cancel_an_upload()
        self.remove()
        self.see_why_not()
        self.cancel_a_conversion()
        self.use_a_token()
        self.administrate()
        self.browser.require_own_origin(self.origin)
        self.sign_out()
        self.check_console()

    def register(self):
        page = self.browser
        page.go(self.origin)
        assert page.path() == "/sign-in"
        page.picture("sign-in")
        page.click("a", "Make an account")
        page.fill(name="ada", email="ada@example.org", password="password1")
        page.click("main button")
        page.one("[role=alert]", "tried first")
        page.picture("register-refused")
        page.fill(password=PASSWORD)
        page.click("main button")
        page.one("[role=status]", "letter")
        page.picture("register")

    def confirm(self):
        page = self.browser
        letters = eventually("the letter comes", lambda: sorted(self.mail.glob("*.eml")))
        letter = email.message_from_bytes(letters[0].read_bytes(), policy=email.policy.default)
        text = letter.get_body(("plain",)).get_content()
        page.go(re.search(re.escape(self.origin) + r"/confirm\?secret=\S+", text)[0])
        page.fill(password=PASSWORD)
        page.picture("confirm")
        page.click("main button")
        # Whoever confirms is signed in.
        page.one("#no-jobs", "Nothing yet")
        page.picture("first-time")
        page.click("header button", "Sign out")

    def sign_in(self):
        page = self.browser
        page.one("h1", "Sign in")
        page.fill(login="ada", password="wrong")
        page.click("main button")
        page.one("[role=alert]", "wrong")
        page.fill(login="ada", password=PASSWORD)
        page.click("main button")
        page.one("#no-jobs", "Nothing yet")

    def choose(self, file):
        self.browser.all("#files")[0].send_keys(str(file))

    def jobs(self):
        return self.browser.run(
            "return fetch('/api/v1/jobs').then(reply => reply.json()).then(list => list.jobs)")

    def seen(self):
        return set(self.browser.run("return [...window.seen]"))

    def upload_over_a_broken_line(self):
        page = self.browser
        page.run(WATCH)
        self.proxy.cut_after(20 << 20)
        self.choose(self.video)
        page.one("#jobs h3", NAME)
        eventually("it is converting", lambda: page.all("#jobs .converting progress[value], #jobs .published"))
        page.picture("converting")
        page.one("#jobs .published h3", NAME)
        page.gone("#uploads h3", NAME)
        assert self.proxy.cuts == 1
        seen = self.seen()
        for text in ("Uploading", "Connection lost, trying again", "Converting", "Ready"):
            assert text in seen, (text, seen)
        assert any(re.search(r"^[1-4]\d\.\d MiB of 5\d\.\d MiB · [1-9]\d %", text) for text in seen), seen
        assert any(re.fullmatch(r"\d+ %( · .* left)?", text) for text in seen), seen
        jobs = self.jobs()
        assert [job["name"] for job in jobs] == [NAME], jobs
        assert not page.run("return Object.values(localStorage).some(text => text.includes('film'))")

    def play(self):
        page = self.browser
        shape = eventually("the waveform is drawn", lambda: self.waveform())
        assert len(shape) > 1000, shape
        page.picture("ready")
        page.click(".play", "Play film.mp3")
        position = "return document.querySelector('audio').currentTime"
        eventually("it plays", lambda: page.run(position) > 0.5)
        page.one(".play", "Pause film.mp3")
        slider = page.one("[role=slider]")
        length = page.run("return document.querySelector('audio').duration")
        assert abs(length - float(slider.get_attribute("aria-valuemax"))) < 1
        slider.send_keys(Keys.PAGE_UP, Keys.PAGE_UP, Keys.ARROW_RIGHT)
        eventually("it has gone on", lambda: page.run(position) > 65)
        assert re.fullmatch(r"[1-4]:\d\d of \d:\d\d", slider.get_attribute("aria-valuetext"))
        slider.click()
        eventually("half is played", lambda: 0.4 < page.run(position) / length < 0.9)
        page.picture("playing")
        slider.send_keys(Keys.HOME)
        eventually("it has gone back", lambda: page.run(position) < 0.3 * length)
        page.click(".play", "Pause film.mp3")
        eventually("it stands", lambda: page.run("return document.querySelector('audio').paused"))

    def waveform(self):
        """Its path, once it shows more than a line."""
        path = self.browser.all(".waveform .unplayed")[0].get_attribute("d")
        return path if len(set(re.findall(r"v([\d.]+)", path))) > 1 else None

    def download(self):
        page = self.browser
        page.click("#jobs a", "Download film.mp3")
        mp3 = page.downloads / "film.mp3"
        original = self.outbox / "film.mp3"
        eventually("it is downloaded", lambda: mp3.exists() and mp3.stat().st_size == original.stat().st_size)
        assert mp3.read_bytes() == original.read_bytes()

    def reload_in_the_middle(self):
        page = self.browser
        self.hold_and_reload(self.video)
        page.picture("not-finished")
        again = page.all("#uploads input[type=file]")[0]
        again.send_keys(str(self.short))
        page.one("#uploads .detail", "That is another file")
        self.proxy.count_anew()
        again.send_keys(str(self.video))
        eventually("it is published", lambda: [job["state"] for job in self.jobs()] == ["published"] * 2)
        assert self.proxy.sent < self.video.stat().st_size * 0.9, "it began anew"
        page.gone("#uploads h3", NAME)

    def hold_and_reload(self, file):
        page = self.browser
        self.proxy.hold_after(16 << 20)
        self.choose(file)
        eventually("it is in the middle", self.proxy.is_holding)
        page.one("#uploads .uploading")
        # Chromium lets a page ask only once somebody has used it.
        page.click("h1")
        page.driver.refresh()
        # WebDriver answers what the page asks then.
        assert "beforeunload" in page.asked_to_stay()
        self.proxy.release()
        page.one("#uploads .unfinished h3", file.name)
        eventually("it says how far", lambda: re.search(r"^\d+\.\d MiB of", page.one("#uploads .detail").text))

    def discard(self):
        page = self.browser
        self.hold_and_reload(self.video)
        page.click("#uploads button", "Discard")
        page.gone("#uploads h3", NAME)
        page.driver.refresh()
        page.one("#jobs h3", NAME)
        assert not page.all("#uploads li")

    def drop_two(self):
        page = self.browser
        content = base64.b64encode(self.short.read_bytes()).decode()
        page.run(WATCH)
        page.click(".choice", "Voice")
        page.run(DROP, [["Ünïcode <b> & \"q\".mp4", content], ["second.mp4", content]])
        for name in ("Ünïcode <b> & \"q\".mp4", "second.mp4"):
            page.one("#jobs .published h3", name)
        jobs = {job["name"]: job["preset"] for job in self.jobs()}
        assert jobs["second.mp4"] == "voice", jobs
        page.picture("list")

    def cancel_an_upload(self):
        page = self.browser
        self.proxy.trickle()
        self.choose(self.video)
        # At this pace it takes more than a minute.
        page.one("#uploads .detail", " left")
        self.proxy.hold_after(0)
        page.picture("uploading")
        page.click("#uploads button", "Cancel")
        page.gone("#uploads h3", NAME)
        self.proxy.release()
        assert len(self.jobs()) == 4

    def remove(self):
        page = self.browser
        page.click("#jobs button[aria-label*='second.mp3']", "Remove")
        page.one("dialog", "second.mp3")
        page.picture("question")
        assert page.driver.switch_to.active_element.text == "Keep it"
        page.driver.switch_to.active_element.send_keys(Keys.ESCAPE)
        page.gone("dialog")
        assert (self.outbox / "second.mp3").exists()
        page.click("#jobs button[aria-label*='second.mp3']", "Remove")
        page.click("dialog button", "Remove")
        eventually("it is removed", lambda: not (self.outbox / "second.mp3").exists())
        page.one("#jobs .state", "Removed")
        page.picture("removed")

    def see_why_not(self):
        page = self.browser
        page.run(LATE)
        self.choose(self.silent)
        eventually("an answer was late", lambda: page.run("return window.isLate"))
        page.one("#jobs .failed h3", self.silent.name, patience=0)
        page.one("#jobs .failed .detail", "no sound")
        page.picture("failed")

    def cancel_a_conversion(self):
        """Of a drop in the inbox, which the page shows by itself; it takes long enough to see how long it takes."""
        page = self.browser
        shutil.copyfile(self.long, self.outbox.parent / "inbox" / "long.mp4")
        page.one("#jobs .converting h3", "long.mp4")
        eventually("the time left is told", lambda: re.fullmatch(
            r"\d+ % · .* left", page.one("#jobs .converting .detail").text))
        page.picture("time-left")
        page.click("#jobs button", "Cancel long.mp4")
        page.click("dialog button", "Cancel the conversion")
        page.one("#jobs .cancelled h3", "long.mp4")

    def use_a_token(self):
        page = self.browser
        page.click("header a[href='/account']")
        page.fill(label="laptop")
        page.click("main button", "Issue a token")
        token = page.one("#issued").text
        page.one("#tokens .name", "laptop")
        page.picture("token")
        page.click("main button", "Download .token")
        # Chromium puts something in front of the dot.
        eventually("its file is there", lambda: [
            path for path in page.downloads.glob("*token") if path.read_text() == token + "\n"])
        assert self.status_of_drop(token) == 201
        page.click("#tokens button", "Revoke laptop")
        page.gone("#tokens .name", "laptop")
        assert not page.all("#issued")
        assert self.status_of_drop(token) == 401

    def status_of_drop(self, token):
        """What is answered to a program that drops with a token."""
        request = urllib.request.Request(
            f"{self.origin}/api/v1/inbox/program.mp4", self.short.read_bytes(), {"Authorization": f"Bearer {token}"},
            method="PUT")
        try:
            with urllib.request.urlopen(request, timeout=600) as answer:
                return answer.status
        except urllib.error.HTTPError as refusal:
            return refusal.code

    def administrate(self):
        page = self.browser
        assert not page.all("header a[href='/administration']")
        subprocess.run(self.promote, check=True)
        page.driver.refresh()
        page.click("header a", "Administration")
        page.one("#administration td", "ada@example.org")
        # It keeps itself fresh, in the page as it is.
        page.run("window.before = document.getElementById('administration')")
        eventually("it is fresh", lambda: page.run(
            "return window.before && window.before !== document.getElementById('administration')"))
        page.one("#administration td", "ada@example.org")
        page.picture("administration")

    def sign_out(self):
        page = self.browser
        cookies = page.driver.get_cookies()
        page.click("header button", "Sign out")
        eventually("the sign-in page comes", lambda: page.path() == "/sign-in")
        # The session is dead, not only forgotten by the browser.
        for cookie in cookies:
            page.driver.add_cookie({key: cookie[key] for key in ("name", "value", "path")})
        page.go(self.origin)
        assert page.path() == "/sign-in"
        status = page.run("return fetch('/api/v1/me').then(reply => reply.status)")
        assert status == 401, status

    def check_console(self):
        """The connections that were cut, held and left stand in it, and answers that were asked for; nothing else."""
        expected = ["net::ERR_"] + [f"{path} - Failed to load" for path in ("/api/v1/me", "/register", "/sign-in")]
        # What was sent over a connection that broke is answered so when its sender asks how far it came.
        expected += ["status of 409 (Conflict)", "status of 423 (Locked)"]
        strange = [text for text in self.browser.said() if not any(part in text for part in expected)]
        assert not strange, strange


def main(options):
    signal.alarm(900)  # Never leaves a browser behind.
    signal.signal(signal.SIGALRM, lambda *_: sys.exit("the story took too long"))
    proxy = CuttingProxy()
    print("ready", proxy.port, flush=True)
    backend = pathlib.Path(options["backend"])
    proxy.target = int(eventually("the service is there", lambda: backend.exists() and backend.read_text()))
    with Browser(options["pictures"]) as browser:
        Story(options, proxy, browser).tell()
    print("told", flush=True)


main(json.loads(sys.argv[1]))
