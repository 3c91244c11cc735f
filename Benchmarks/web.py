#!/usr/bin/env python3
"""Measures uploads and downloads over loopback against nginx (WebDAV, static), side by side in one run.

Usage: web.py SOUNDSPOOL [--size MiB] [--pairs 5] [--parallel 10] [--streams 1000]

SOUNDSPOOL is the built program; only a release build's figures mean something. Each round sends the same file to both, then
fetches it from both, in turns; the ratio is that of the medians (1 is nginx's speed, less is slower). Then memory: what the
service's peak grows by over parallel uploads, and what idle event streams cost. Needs curl and nginx (packages curl,
nginx-light) and four times SIZE of disk; with --parallel that many more.
"""

import argparse
import http.client
import json
import os
import re
import resource
import shutil
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

# Seconds that the disk gets before each upload.
REST = 3
GOALS = {"put": 0.7, "get": 0.7, "memory": 32, "streams": 64}

NGINX = """
daemon off; pid {directory}/nginx.pid; error_log {directory}/nginx.log; worker_processes auto; {user}
events {{ worker_connections 256; }}
http {{
    access_log off; sendfile on; client_max_body_size 0; client_body_temp_path {directory}/body;
    proxy_temp_path {directory}/proxy; fastcgi_temp_path {directory}/f; uwsgi_temp_path {directory}/u; scgi_temp_path {directory}/s;
    server {{ listen 127.0.0.1:{port}; root {directory}/www; dav_methods PUT DELETE; }}
}}
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def until(condition, process, log):
    while not condition():
        if process.poll() is not None:
            raise SystemExit(f"it ended: {log.read_text()[-2000:]}")
        time.sleep(0.02)


def listens(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Nginx:
    def __init__(self, scratch):
        self.directory = scratch / "nginx"
        (self.directory / "www").mkdir(parents=True)
        self.port = free_port()
        configuration = self.directory / "nginx.conf"
        user = "user root;" if os.geteuid() == 0 else ""
        configuration.write_text(NGINX.format(directory=self.directory, port=self.port, user=user))
        self.log = self.directory / "nginx.log"
        self.process = subprocess.Popen(["nginx", "-c", configuration, "-e", self.log], stderr=subprocess.DEVNULL)
        until(lambda: listens(self.port), self.process, self.log)

    def put(self, file):
        return curl(f"http://127.0.0.1:{self.port}/file.mp4", "-T", file)

    def put_durably(self, file):
        """And has its bytes on the disk, as an upload has that soundspool acknowledges."""
        took = self.put(file)
        begin = time.monotonic()
        with open(self.directory / "www" / "file.mp4", "rb") as stored:
            os.fsync(stored.fileno())
        return took + time.monotonic() - begin

    def get(self):
        return curl(f"http://127.0.0.1:{self.port}/file.mp4")

    def clear(self):
        (self.directory / "www" / "file.mp4").unlink()

    def end(self):
        self.process.terminate()
        self.process.wait()


class Soundspool:
    def __init__(self, program, directory):
        self.program, self.directory = program, directory
        self.directory.mkdir()
        self.log = self.directory / "log"
        self.configuration = self.directory / "soundspool.yaml"
        self.configuration.write_text(
            f"root: {self.directory}/root\nstate: {self.directory}/state\nmail: {{directory: {self.directory}/mail}}\n"
            "http: {listen: '127.0.0.1:0', connectionsPerAddress: 100000}\nlimits: {freeSpace: 0%}\nconvert: {jobs: 1}\n")
        output = open(self.log, "wb")
        self.process = subprocess.Popen([program, "serve", "--config", self.configuration], stdout=output, stderr=output)
        until(lambda: b"listening" in self.log.read_bytes(), self.process, self.log)
        self.port = int(re.search(rb"listening.* port=(\d+)", self.log.read_bytes()).group(1))
        subprocess.run([program, "account", "add", "ada", "--email", "ada@example.org", "--password-stdin", "--config",
                        self.configuration], input=b"correct horse battery\n", stdout=subprocess.DEVNULL, check=True)
        self.home = self.directory / "root/home/ada"
        self.token = self.call("POST", "/api/v1/sessions", {"email": "ada", "password": "correct horse battery"})["token"]

    @property
    def bearer(self):
        return f"Authorization: Bearer {self.token}"

    def call(self, method, path, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port)
        headers = {"Content-Type": "application/json"}
        if hasattr(self, "token"):
            headers["Authorization"] = f"Bearer {self.token}"
        connection.request(method, path, json.dumps(body) if body else None, headers)
        answer = connection.getresponse()
        text = answer.read()
        if answer.status >= 300:
            raise SystemExit(f"{method} {path}: {answer.status} {text}")
        return json.loads(text) if text else None

    def put(self, file):
        return curl(f"http://127.0.0.1:{self.port}/api/v1/inbox/file.mp4", "-T", file, "-H", self.bearer)

    def get(self):
        return curl(f"http://127.0.0.1:{self.port}/api/v1/outbox/{self.published}", "-H", self.bearer)

    def publish(self, file):
        """Has a large file in the outbox, as a job's result: no video makes so large an MP3."""
        shutil.copy(file, self.home / "outbox/file.mp3")
        with sqlite3.connect(self.directory / "state/ledger.sqlite", timeout=10) as ledger:
            (account,) = ledger.execute("SELECT id FROM account").fetchone()
            self.published = ledger.execute(
                "INSERT INTO job (account, dropPath, preset, state, size, created, finished, output, duration)"
                " VALUES (?, ?, 'standard', 'published', 1, ?, ?, ?, 1.0)",
                (account, b"file.mp4", time.time(), time.time(), b"file.mp3")).lastrowid

    def clear(self):
        """Waits until what was sent is dealt with, and removes it: it is no video."""
        while self.call("GET", "/api/v1/jobs?state=queued")["jobs"] or \
                self.call("GET", "/api/v1/jobs?state=converting")["jobs"]:
            time.sleep(0.05)
        time.sleep(0.2)
        for file in (self.home / "failed").iterdir():
            file.unlink()

    def memory(self, what):
        """VmHWM: the peak. VmRSS: now. In MiB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(rf"{what}:\s+(\d+) kB", status).group(1)) / 1024

    def reset_peak(self):
        Path(f"/proc/{self.process.pid}/clear_refs").write_text("5")

    def end(self):
        self.process.terminate()
        self.process.wait()


def curl(url, *arguments):
    """Seconds that the transfer took, as curl has them."""
    result = subprocess.run(["curl", "-sSf", "-o", "/dev/null", "-w", "%{time_total}", *map(str, arguments), url],
                            check=True, capture_output=True, text=True)
    return float(result.stdout)


def transfers(service, nginx, file, size, pairs):
    works = {"put": {"soundspool": lambda: service.put(file), "nginx": lambda: nginx.put(file),
                     "nginx, durable": lambda: nginx.put_durably(file)},
             "get": {"soundspool": service.get, "nginx": nginx.get}}
    service.publish(file)
    nginx.put(file)
    ratios = {}
    print("what  round  MiB/s", flush=True)
    for what, both in works.items():
        seconds = {name: [] for name in both}
        for index in range(-1, pairs):
            for name in list(both) if index % 2 else list(reversed(both)):
                if what == "put" and name != "soundspool":
                    nginx.clear()
                # nginx leaves its bytes in memory; whoever comes next shall not wait until the disk has them, nor for a
                # disk that has just been given more than it takes in the long run.
                os.sync()
                time.sleep(REST if what == "put" else 0)
                took = both[name]()
                if what == "put" and name == "soundspool":
                    service.clear()
                if index >= 0:
                    seconds[name].append(took)
            if index >= 0:
                print(f"{what:4}  {index:5}  "
                      + ", ".join(f"{name} {size / took[-1]:.0f}" for name, took in seconds.items()), flush=True)
        medians = {name: statistics.median(values) for name, values in seconds.items()}
        ratios[what] = medians["nginx"] / medians["soundspool"]
        if what == "put":
            print(f"PUT, of the speed of nginx and an fsync  {medians['nginx, durable'] / medians['soundspool']:8.2f}")
    return ratios


def parallel(service, file, count):
    """From what a fresh service has, which nobody sent anything to, to its peak."""
    before = service.memory("VmRSS")
    service.reset_peak()
    senders = [subprocess.Popen(["curl", "-sSf", "-o", "/dev/null", "-T", file, "-H", service.bearer,
                                 f"http://127.0.0.1:{service.port}/api/v1/inbox/{index}.mp4"])
               for index in range(count)]
    for sender in senders:
        if sender.wait() != 0:
            raise SystemExit("an upload failed")
    grown = service.memory("VmHWM") - before
    service.clear()
    return grown


def streams(service, count):
    needed = count + 100
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(needed, hard)), hard))
    before = service.memory("VmRSS")
    connections = []
    request = f"GET /api/v1/jobs/events HTTP/1.1\r\nHost: localhost\r\n{service.bearer}\r\n\r\n".encode()
    for _ in range(count):
        connection = socket.create_connection(("127.0.0.1", service.port))
        connection.sendall(request)
        connections.append(connection)
    for connection in connections:
        answer = b""
        while b"retry:" not in answer:
            part = connection.recv(4096)
            if not part:
                raise SystemExit(f"a stream ended: {answer!r}")
            answer += part
    # Past the first comments that keep them alive.
    time.sleep(20)
    cost = service.memory("VmRSS") - before
    for connection in connections:
        connection.close()
    return cost


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("--size", type=int, default=1024, help="MiB of the file")
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--parallel", type=int, default=10)
    parser.add_argument("--streams", type=int, default=1000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        scratch = Path(directory)
        # nginx's workers have to read it where they are not root's.
        scratch.chmod(0o755)
        file = scratch / "file"
        with open(file, "wb") as output:
            for _ in range(options.size):
                output.write(os.urandom(1 << 20))
        nginx = Nginx(scratch)

        def measured(name, measure, *arguments):
            # One for each: memory that an earlier figure left would be taken for none.
            service = Soundspool(options.program, scratch / name)
            try:
                return measure(service, *arguments)
            finally:
                service.end()
                shutil.rmtree(service.directory)

        try:
            ratios = measured("transfers", transfers, nginx, file, options.size, options.pairs)
            found = {**ratios, "memory": measured("parallel", parallel, file, options.parallel),
                     "streams": measured("streams", streams, options.streams)}
        finally:
            nginx.end()
    texts = {"put": "PUT, of nginx's speed", "get": "download, of nginx's speed",
             "memory": f"MiB that {options.parallel} parallel uploads cost",
             "streams": f"MiB that {options.streams} idle event streams cost"}
    missed = 0
    for what, value in found.items():
        good = value >= GOALS[what] if what in ratios else value < GOALS[what]
        missed += not good
        print(f"{texts[what]:40} {value:8.2f}  goal {'>=' if what in ratios else '<'} {GOALS[what]}  "
              f"{'met' if good else 'MISSED'}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
