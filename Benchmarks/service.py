"""The service itself, from a drop in an inbox to the MP3 in the outbox."""

import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

CONFIGURATION = """\
root: {root}
state: {state}
http: {{ listen: "127.0.0.1:0" }}
mail: {{ directory: {mail} }}
intake: {{ settle: 1ms }}
convert: {{ loudness: {loudness} }}
"""


class Service:
    """A soundspool that serves one account, below a temporary directory; ended with the `with` block."""

    def __init__(self, program: Path, directory: Path, loudness: str):
        self.program = program
        self.directory = Path(tempfile.mkdtemp(prefix="service-", dir=directory))
        self.configuration = self.directory / "soundspool.yaml"
        paths = {name: self.directory / name for name in ("root", "state", "mail")}
        self.configuration.write_text(CONFIGURATION.format(loudness=loudness, **paths))
        self.home = paths["root"] / "home" / "ada"

    def __enter__(self) -> "Service":
        self.log = open(self.directory / "log", "wb+")
        self.process = subprocess.Popen(
            [self.program, "serve", "--config", self.configuration], stdout=self.log, stderr=self.log)
        self.until(lambda: b"listening" in (self.directory / "log").read_bytes())
        subprocess.run(
            [self.program, "account", "add", "ada", "--email", "ada@example.org", "--password-stdin", "--config",
             self.configuration], input=b"correct horse battery\n", stdout=subprocess.DEVNULL, check=True)
        return self

    def __exit__(self, *_) -> None:
        self.process.terminate()
        self.process.wait()
        self.log.close()
        shutil.rmtree(self.directory)

    def until(self, condition) -> None:
        while not condition():
            if self.process.poll() is not None:
                raise SystemExit(f"soundspool ended: {(self.directory / 'log').read_text()[-2000:]}")
            time.sleep(0.005)

    def convert(self, sources: list[Path]) -> float:
        """Drops copies of the files, all at once; returns the seconds until the last MP3 is in the outbox."""
        staging = self.directory / "staging"
        staging.mkdir()
        for source in sources:
            shutil.copy(source, staging)
        outbox = self.home / "outbox"
        start = time.monotonic()
        for source in sources:
            os.rename(staging / source.name, self.home / "inbox" / source.name)
        self.until(lambda: sum(name.endswith(".mp3") for name in os.listdir(outbox)) == len(sources))
        return time.monotonic() - start
