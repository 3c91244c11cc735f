"""What the browser itself does for the page's safety: over TLS the cookie is bound to the host, and a script that slipped
into the page does not run.

Usage: guarded.py OPTIONS, a JSON object: url, password, certificate (the server's, in PEM), pictures.
"""

import base64
import hashlib
import json
import pathlib
import signal
import sys

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from browser import Browser, eventually

# Puts markup into the page as a fault of it would, and tells of the first thing that the policy refuses then.
INJECT = """
const [markup, done] = arguments;
document.addEventListener('securitypolicyviolation', event => done([event.effectiveDirective, event.blockedURI]),
  {once: true});
const range = document.createRange();
range.selectNode(document.body);
document.body.append(range.createContextualFragment(markup));
"""


def digest(certificate):
    key = x509.load_pem_x509_certificate(certificate.read_bytes()).public_key()
    return base64.b64encode(
        hashlib.sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).digest()).decode()


def sign_in(page, url, password):
    page.go(url)
    page.fill(login="ada", password=password)
    page.click("main button")
    page.one("#no-jobs", "Nothing yet")


def require_bound_cookie(page):
    [cookie] = page.driver.get_cookies()
    assert cookie["name"] == "__Host-soundspool", cookie
    # A cookie with a domain would have a dot in front of it here.
    assert cookie["secure"] and cookie["httpOnly"] and cookie["sameSite"] == "Strict", cookie
    assert (cookie["domain"], cookie["path"]) == ("localhost", "/"), cookie
    assert page.run("return document.cookie") == ""


def require_no_foreign_script(page):
    policy = page.run("return fetch('/').then(reply => reply.headers.get('Content-Security-Policy'))")
    assert "script-src 'self';" in policy and "unsafe" not in policy, policy
    for markup, directive, blocked in [
        ("<script>window.ran = true</script>", "script-src-elem", "inline"),
        ("<button onclick='window.ran = true'>x</button>", "script-src-attr", "inline"),
        ("<script src='https://localhost:1/x.js'></script>", "script-src-elem", "https://localhost:1/x.js"),
    ]:
        refused = page.driver.execute_async_script(INJECT, markup)
        assert refused == [directive, blocked], (markup, refused)
    page.run("for (const button of document.querySelectorAll('[onclick]')) button.click()")
    assert page.run("return window.ran ?? null") is None


def main(options):
    signal.alarm(900)  # Never leaves a browser behind.
    signal.signal(signal.SIGALRM, lambda *_: sys.exit("it took too long"))
    trusted = digest(pathlib.Path(options["certificate"]))
    with Browser(options["pictures"], trusted=trusted) as page:
        sign_in(page, options["url"], options["password"])
        require_bound_cookie(page)
        require_no_foreign_script(page)
        page.click("header button", "Sign out")
        page.one("h1", "Sign in")
        eventually("the cookie is gone", lambda: not page.driver.get_cookies())
        strange = [text for text in page.said() if "Content Security Policy" not in text]
        assert not strange, strange
    print("told", flush=True)


main(json.loads(sys.argv[1]))
