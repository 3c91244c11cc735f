"""The page where scripts are forbidden: form, list, download and the small forms, in Chromium.

Usage: without_scripts.py OPTIONS, a JSON object: url, video, outbox, pictures, password.
"""

import json
import pathlib
import signal
import sys

from browser import Browser, eventually, undisturbed


def tell(page, url, video, outbox, password):
    page.go(url)
    page.fill(login="ada", password=password)
    page.click("main button")
    page.one("#no-jobs", "Nothing yet")
    assert "drop them" not in page.text()
    page.one("#files").send_keys(str(video))
    page.click(".choice", "Small")
    page.picture("form")
    page.click("#upload button", "Upload")

    def is_ready():
        page.click("a", "Reload")
        return [state.text for state in page.all("#jobs .state")] == ["Ready"]

    eventually("it is converted", lambda: undisturbed(is_ready))
    page.picture("list")
    page.click("#jobs a", f"Download {video.stem}.mp3")
    name = f"{video.stem}.mp3"
    mp3, original = page.downloads / name, outbox / name
    eventually("it is downloaded", lambda: mp3.exists() and mp3.stat().st_size == original.stat().st_size)
    assert mp3.read_bytes() == original.read_bytes()
    page.click("#jobs button", "Remove")
    eventually("it is removed", lambda: not original.exists())
    page.one("#jobs .state", "Removed")
    page.picture("removed")
    page.click("header button", "Sign out")
    page.one("h1", "Sign in")
    page.require_own_origin(url)
    assert not page.said(), page.said()


def main(options):
    signal.alarm(900)  # Never leaves a browser behind.
    signal.signal(signal.SIGALRM, lambda *_: sys.exit("the story took too long"))
    with Browser(options["pictures"], scripts=False) as page:
        tell(page, options["url"], pathlib.Path(options["video"]), pathlib.Path(options["outbox"]),
             options["password"])
    print("told", flush=True)


main(json.loads(sys.argv[1]))
