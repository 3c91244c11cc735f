"""Debian's Chromium, driven through its chromedriver."""

import base64
import json
import os
import pathlib
import shutil
import tempfile
import time

from selenium import webdriver
from selenium.common.exceptions import (
    ElementClickInterceptedException, ElementNotInteractableException, StaleElementReferenceException)
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By

PATIENCE = 180
"""Seconds that something may take on a busy machine."""


class NeverHappened(Exception):
    pass


def eventually(what, condition, patience=PATIENCE):
    """Waits for a condition, and returns what it is when it holds."""
    end = time.monotonic() + patience
    while True:
        if value := condition():
            return value
        if time.monotonic() > end:
            raise NeverHappened(what() if callable(what) else what)
        time.sleep(0.05)


class Browser:
    """A browser with a profile of its own, and what it is seen doing."""

    def __init__(self, pictures, scripts=True, trusted=None):
        """pictures: a directory that is emptied, and gets the screenshots. trusted: the digest of a key in Base64, whose
        certificate is believed."""
        self.profile = tempfile.TemporaryDirectory(prefix="soundspool-browser-")
        self.downloads = pathlib.Path(self.profile.name) / "downloads"
        self.downloads.mkdir()
        self.pictures = pathlib.Path(pictures)
        shutil.rmtree(self.pictures, ignore_errors=True)
        self.pictures.mkdir(parents=True)
        options = Options()
        options.binary_location = "/usr/bin/chromium"
        arguments = [
            "--headless=new", "--disable-dev-shm-usage", "--disable-gpu", "--mute-audio", "--no-first-run",
            "--autoplay-policy=no-user-gesture-required", "--disable-background-networking", "--disable-breakpad",
            "--disable-component-update", "--disable-crash-reporter", "--disable-sync", "--lang=en",
            "--window-size=1100,900", f"--user-data-dir={self.profile.name}/profile",
        ]
        if trusted:
            arguments.append(f"--ignore-certificate-errors-spki-list={trusted}")
        if os.geteuid() == 0:
            arguments.append("--no-sandbox")  # Chromium's own does not start for root.
        for argument in arguments:
            options.add_argument(argument)
        preferences = {"download.default_directory": str(self.downloads), "credentials_enable_service": False}
        if not scripts:
            preferences["profile.managed_default_content_settings.javascript"] = 2
        options.add_experimental_option("prefs", preferences)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        service = Service("/usr/bin/chromedriver", log_path=f"{self.profile.name}/driver.log")
        self.driver = webdriver.Chrome(service=service, options=options)
        self.driver.set_script_timeout(100)
        self.requests, self.messages, self.questions = [], [], []

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        try:
            if kind:
                self.picture("where-it-ended")
                print(self.driver.current_url, self.text(), *self.said(), sep="\n", flush=True)
        finally:
            self.driver.quit()
            self.profile.cleanup()

    # What is on the page

    def all(self, selector):
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def one(self, selector, text="", patience=PATIENCE):
        """The element, once it is there and seen; with this text or name, where several are."""
        def found():
            for element in self.all(selector):
                name = element.get_attribute("aria-label") or ""
                if element.is_displayed() and (text in element.text or text in name):
                    return element
        return eventually(f"{selector} {text!r} is seen", lambda: undisturbed(found), patience)

    def gone(self, selector, text=""):
        eventually(f"{selector} {text!r} is gone", lambda: undisturbed(
            lambda: not any(text in element.text for element in self.all(selector))))

    def text(self):
        return self.driver.find_element(By.TAG_NAME, "body").text

    def click(self, selector, text=""):
        """Clicks as soon as it can be clicked: rows come and move."""
        eventually(f"{selector} {text!r} is clicked", lambda: undisturbed(
            lambda: [self.one(selector, text).click()]))

    def fill(self, **fields):
        for name, value in fields.items():
            field = self.one(f"[name={name}]")
            field.clear()
            field.send_keys(value)

    def run(self, script, *arguments):
        return self.driver.execute_script(script, *arguments)

    def go(self, url):
        self.driver.get(url)

    def path(self):
        return self.run("return location.pathname") or "/"

    # How it looks

    def command(self, name, **parameters):
        return self.driver.execute_cdp_cmd(name, parameters)

    def be_phone(self, width):
        self.command("Emulation.setDeviceMetricsOverride", width=width, height=720, deviceScaleFactor=2, mobile=True)
        self.command("Emulation.setTouchEmulationEnabled", enabled=True)

    def be_desktop(self):
        self.command("Emulation.clearDeviceMetricsOverride")
        self.command("Emulation.setTouchEmulationEnabled", enabled=False)

    def prefer(self, scheme):
        """scheme: `light` or `dark`."""
        self.command("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])

    def picture(self, name):
        """Keeps a picture of the whole page, or of the question before it."""
        number = len(list(self.pictures.iterdir())) + 1
        data = self.command("Page.captureScreenshot", captureBeyondViewport=not self.all("dialog[open]"))["data"]
        (self.pictures / f"{number:02}-{name}.png").write_bytes(base64.b64decode(data))

    # What it did

    def asked(self):
        """Every address that it asked for since the beginning."""
        for entry in self.driver.get_log("performance"):
            event = json.loads(entry["message"])["message"]
            if event["method"] == "Network.requestWillBeSent":
                self.requests.append(event["params"]["request"]["url"])
            if event["method"] == "Page.javascriptDialogOpening":
                self.questions.append(event["params"]["type"])
        return self.requests

    def asked_to_stay(self):
        """The kinds of questions that the page put up since this was asked last."""
        self.asked()
        questions, self.questions = self.questions, []
        return questions

    def said(self):
        """Every message of its console since the beginning, without Chromium's advice."""
        self.messages += [f"{entry['level']}: {entry['message']}" for entry in self.driver.get_log("browser")
                          if entry["level"] != "DEBUG"]
        return self.messages

    def require_own_origin(self, origin):
        foreign = [url for url in self.asked() if not url.startswith((origin, "blob:", "data:", "about:", "chrome"))]
        assert not foreign, foreign
        assert len(self.requests) > 5, self.requests


def undisturbed(look):
    """Looks at a page that may change meanwhile: then, nothing."""
    try:
        return look()
    except (StaleElementReferenceException, ElementNotInteractableException, ElementClickInterceptedException):
        return None
