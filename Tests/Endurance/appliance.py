"""A soundspool of a run's own: the built program serving from a temporary directory."""

import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import time


class Appliance:
    def __init__(self, programs, directory=None, settle="50ms", settle_in_place="200ms", namespace=()):
        """`programs` is where the built programs are; `namespace` a command that the service is run by."""
        self.programs = pathlib.Path(programs)
        self.directory = pathlib.Path(directory or tempfile.mkdtemp(prefix="soundspool-endurance-"))
        self.is_own = directory is None
        self.root = self.directory / "root"
        self.state = self.directory / "state"
        self.mail = self.directory / "mail"
        self.configuration = self.directory / "soundspool.yaml"
        self.log = self.directory / "serve.log"
        self.namespace = list(namespace)
        self.process = None
        for path in (self.root, self.state):
            path.mkdir(exist_ok=True)
        self.configuration.write_text(
            f"root: {self.root}\nstate: {self.state}\nhttp:\n  listen: 127.0.0.1:0\n"
            f"intake:\n  settle: {settle}\n  settleInPlace: {settle_in_place}\nmail:\n  directory: {self.mail}\n  window: 0s\n"
        )

    def command(self, *arguments, text=None):
        line = [self.programs / "soundspool", *arguments, "--config", self.configuration]
        return subprocess.run(line, input=text, text=True, capture_output=True, check=True).stdout

    def json(self, *arguments):
        return json.loads(self.command(*arguments, "--json"))

    def add_account(self, name="ada"):
        self.command("account", "add", name, "--email", f"{name}@example.org", "--password-stdin", text="a password\n")

    def start(self, wait=True, log_level="info"):
        """Returns the seconds until it listens."""
        begin = time.monotonic()
        self.log.write_bytes(b"")
        with self.log.open("ab") as log:
            line = [*self.namespace, self.programs / "soundspool", "serve", "--config", self.configuration]
            self.process = subprocess.Popen([*line, "--log-level", log_level], stdin=subprocess.DEVNULL, stdout=log,
                                            stderr=log, start_new_session=True)
        if wait:
            self.until("it listens", lambda: "listening" in self.log.read_text())
        return time.monotonic() - begin

    def kill(self):
        """As the kernel does; and its converters with it, or they would be left over from one run to the next."""
        self.process.kill()
        self.process.wait()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(180) == 0, self.log.read_text()[-3000:]

    def until(self, what, condition, seconds=600, pause=0.02):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if condition():
                return
            if self.process and self.process.poll() is not None:
                raise AssertionError(f"the service ended before {what}: {self.log.read_text()[-3000:]}")
            time.sleep(pause)
        raise AssertionError(f"waited {seconds} s in vain until {what}; the journal ends:\n{self.log.read_text()[-3000:]}")

    def address(self):
        return "http://127.0.0.1:" + re.search(r"listening.* port=(\d+)", self.log.read_text()).group(1)

    def folder(self, place, account="ada"):
        return self.root / "home" / account / place

    def names(self, place, account="ada"):
        return sorted(name for name in os.listdir(self.folder(place, account))
                      if not name.startswith(".") and name != "STATUS.txt")

    def watches(self):
        """The inodes that it watches. The service listens before it has seen every inbox."""
        process, inodes = pathlib.Path(f"/proc/{self.process.pid}"), set()
        for path in (process / "fd").iterdir():
            try:
                if os.readlink(path) == "anon_inode:inotify":
                    text = (process / "fdinfo" / path.name).read_text()
                    inodes.update(int(inode, 16) for inode in re.findall(r"^inotify .*\bino:([0-9a-f]+)", text, re.M))
            except FileNotFoundError:
                # It was closed meanwhile.
                continue
        return inodes

    def spool(self):
        return sorted(os.listdir(self.root / ".spool"))

    def letters(self):
        """The names of the MP3s that letters tell of, by Message-ID: a repeat with the same one is no second letter."""
        found = {}
        for path in self.mail.glob("*.eml"):
            text = path.read_text()
            subject = re.search(r"^Subject: Your MP3 is ready: (.*)$", text, re.M)
            identifier = re.search(r"^Message-ID: *(\S+)$", text, re.M)
            found[identifier.group(1)] = subject.group(1).strip() if subject else path.name
        return found

    def memory(self):
        """Resident and peak memory in MiB."""
        text = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return tuple(int(re.search(rf"{key}:\s+(\d+)", text).group(1)) / 1024 for key in ("VmRSS", "VmHWM"))

    def remove(self):
        if self.is_own:
            shutil.rmtree(self.directory, ignore_errors=True)


def video(path, seconds=1):
    subprocess.run(
        ["ffmpeg", "-v", "error", "-nostdin", "-y", "-f", "lavfi", "-i", f"testsrc=s=64x48:r=2:d={seconds}", "-f", "lavfi",
         "-i", f"sine=frequency=440:sample_rate=44100:duration={seconds}", "-c:v", "mpeg4", "-c:a", "aac", path], check=True)
    return pathlib.Path(path)


def duration(path):
    line = ["ffprobe", "-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0", path]
    return float(subprocess.run(line, capture_output=True, text=True, check=True).stdout)


def verdict(appliance, dropped, seconds=1.0, bad=(), half=()):
    """What is wrong after everything has settled: each drop has one whole MP3, one letter and its original. `bad` are
    those that cannot be converted, `half` those that wait for their end."""
    wrong = []
    expected = sorted(name.rsplit(".", 1)[0] + ".mp3" for name in dropped)
    failed = sorted([*bad, *(name + ".txt" for name in bad)])
    for place, names in (("outbox", expected), ("done", sorted(dropped)), ("inbox", sorted(half)), ("failed", failed)):
        found = appliance.names(place)
        if found != names:
            wrong.append(f"{place}: missing {sorted(set(names) - set(found))}, too many {sorted(set(found) - set(names))}")
    told = appliance.letters().values()
    letters = sorted(name for name in told if not name.endswith(".eml"))
    if len(told) - len(letters) != len(bad):
        wrong.append(f"{len(told) - len(letters)} letters of failures for {len(bad)}")
    if letters != expected:
        wrong.append(f"letters: {len(letters)} for {len(expected)} MP3s, "
                     f"doubled {sorted({name for name in letters if letters.count(name) > 1})}")
    sizes = {}
    for name in appliance.names("outbox"):
        path = appliance.folder("outbox") / name
        sizes.setdefault(path.read_bytes(), path)
    for path in sizes.values():
        if abs(duration(path) - seconds) > 0.2:
            wrong.append(f"{path.name} is {duration(path)} s long")
    if appliance.spool():
        wrong.append(f"left in the spool: {appliance.spool()}")
    return wrong


def table(rows):
    width = max(len(name) for name, _ in rows)
    for name, value in rows:
        print(f"{name.ljust(width)}  {value}")
