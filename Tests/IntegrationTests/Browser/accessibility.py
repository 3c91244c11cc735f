"""What every page has to be for everybody: axe-core's rules for WCAG 2, light and dark; no sideways scrolling on a
phone; every control reached with the Tab key; nothing from another host, nothing in the console.

Usage: accessibility.py OPTIONS, a JSON object: url, password, axe (the script's path), pictures, links (more addresses
that need no sign-in).
"""

import json
import pathlib
import signal
import sys

from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

from browser import Browser, eventually

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}

# What can be used with the keyboard: of radio buttons, the one that is chosen stands for its group.
CONTROLS = """
const all = document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex="0"]');
const isReachable = element => element.checkVisibility({visibilityProperty: true}) && !element.disabled
  && !(element.type === 'radio' && !element.checked && element.form.querySelector(`[name=${element.name}]:checked`));
window.controls = [...all].filter(isReachable);
return window.controls.length;
"""


class Audit:
    def __init__(self, page, url, axe):
        self.page, self.url, self.axe = page, url, axe
        self.faults = []

    def look(self, path, name=None):
        """Looks at a page in every way; name: for its pictures."""
        page = self.page
        page.go(self.url + path)
        for scheme in ("light", "dark"):
            page.prefer(scheme)
            self.judge(f"{path} {scheme}")
            if name:
                page.picture(f"{name}-{scheme}")
        page.prefer("light")
        self.tab_through(path)
        for width in (320, 360):
            page.be_phone(width)
            wide, seen = page.run("return [document.documentElement.scrollWidth, window.innerWidth]")
            if wide > width or seen > width:
                self.faults.append(f"{path} is {wide} px wide on a phone of {width}")
            self.judge(f"{path} on a phone")
            self.measure(path)
            if name and width == 320:
                page.picture(f"{name}-phone")
        page.be_desktop()

    def judge(self, place):
        self.page.run(self.axe)
        result = self.page.driver.execute_async_script(
            "const done = arguments[1]; axe.run(document, arguments[0]).then(done, error => done(String(error)));", RULES)
        assert isinstance(result, dict) and result["passes"], result
        for violation in result["violations"]:
            nodes = [node["html"][:200] + " " + node["failureSummary"] for node in violation["nodes"]]
            self.faults.append(f"{place}: {violation['id']}: {violation['help']}: {nodes}")

    def measure(self, path):
        """Whoever uses a finger needs 44 px."""
        small = self.page.run(
            "return [...document.querySelectorAll('button, .button, input:not([type=radio]):not(.unseen), .choice, .slider')]"
            ".filter(element => element.checkVisibility() && element.getBoundingClientRect().height < 43.9)"
            ".map(element => element.outerHTML)")
        if small:
            self.faults.append(f"{path} has small controls on a phone: {small}")

    def tab_through(self, path):
        page = self.page
        count = page.run(CONTROLS)
        page.run("document.activeElement.blur(); window.reached = new Set()")
        for _ in range(count + 5):
            ActionChains(page.driver).send_keys(Keys.TAB).perform()
            unmarked = page.run(
                "const now = document.activeElement; window.reached.add(now);"
                "const marks = element => getComputedStyle(element).outlineStyle !== 'none'"
                "  && getComputedStyle(element).opacity > 0;"
                "return now === document.body || marks(now) || ['.choice', '.button', '.dropzone']"
                ".some(place => now.closest(place) && marks(now.closest(place))) ? null : now.outerHTML")
            if unmarked:
                self.faults.append(f"{path}: nothing shows that this has the focus: {unmarked}")
        # What a page renewed meanwhile is not there to be reached.
        missed = page.run("return window.controls.filter(one => one.isConnected && !window.reached.has(one))"
                          ".map(one => one.outerHTML)")
        if missed:
            self.faults.append(f"{path}: the Tab key does not reach {missed}")


def main(options):
    signal.alarm(900)  # Never leaves a browser behind.
    signal.signal(signal.SIGALRM, lambda *_: sys.exit("the audit took too long"))
    axe = pathlib.Path(options["axe"]).read_text()
    url = options["url"]
    with Browser(options["pictures"]) as page:
        audit = Audit(page, url, axe)
        for path, name in [("/sign-in", "sign-in"), ("/register", "register"), ("/forgotten", None),
                           ("/confirm?secret=none", None), ("/reset?secret=none", None)]:
            audit.look(path, name)
        for link in options["links"]:
            audit.look(link)
        page.go(url + "/sign-in")
        page.fill(login="ada", password=options["password"])
        page.click("main button")
        page.one("#jobs .published .player")
        for path, name in [("/", "home"), ("/account", "account"), ("/administration", "administration")]:
            audit.look(path, name)
        page.go(url)
        page.click("#jobs button", "Remove")
        page.one("dialog")
        audit.judge("the question")
        page.require_own_origin(url)
        faults = audit.faults + page.said()
        assert not faults, "\n".join(faults)
    print("told", flush=True)


main(json.loads(sys.argv[1]))
