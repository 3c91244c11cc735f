"""Runs the converter on one file as the service does, and says how it ended and what it took."""

import json
import os
import signal
import subprocess
import tempfile
import threading
import time
from dataclasses import asdict, dataclass
from pathlib import Path

# ConversionContract's exit statuses: converted, cannot be converted, incomplete. The others are faults: no file, however
# hostile, is an error of the machine's (74), of the command line (64), of the sandbox (77) or internal (70).
DOCUMENTED = {0, 65, 75}


@dataclass
class Ending:
    status: int  # the exit status, or minus the signal
    seconds: float  # wall
    cpu: float  # seconds
    memory: int  # peak resident bytes
    produced: int  # bytes of MP3
    report: dict
    words: str  # the last of standard error that is no message
    timedOut: bool = False

    @property
    def name(self) -> str:
        if self.timedOut:
            return "timeout"
        if self.status < 0:
            return signal.Signals(-self.status).name
        return str(self.status)

    def json(self) -> str:
        return json.dumps(asdict(self))


def last_words(messages: bytes) -> tuple[dict, str]:
    """The report, and what else was said last."""
    report, words = {}, []
    for line in messages.splitlines():
        try:
            report = json.loads(line).get("report", report)
        except (ValueError, AttributeError):
            words.append(line.decode(errors="replace"))
    return report, " ".join(words)[-500:]


def convert(converter: Path, source: Path, arguments=(), patience: float = 180) -> Ending:
    """`patience` is the seconds after which the converter is killed."""
    with open(source, "rb") as stdin, tempfile.TemporaryFile() as stdout, tempfile.TemporaryFile() as stderr:
        start = time.monotonic()
        process = subprocess.Popen([converter, *arguments], stdin=stdin, stdout=stdout, stderr=stderr,
                                   env={"LC_ALL": "C"}, start_new_session=True)
        timed_out = threading.Event()

        def end():
            timed_out.set()
            os.kill(process.pid, signal.SIGKILL)

        timer = threading.Timer(patience, end)
        timer.start()
        # Not reaped before the timer is off: its pid cannot be another's by then.
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        seconds = time.monotonic() - start
        timer.cancel()
        timer.join()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        stderr.seek(0)
        return Ending(process.returncode, seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024,
                      os.fstat(stdout.fileno()).st_size, *last_words(stderr.read()), timed_out.is_set())
