"""What an independent tus client does with the server, and what an impolite one tries.

Usage: tus.py SCENARIO ENDPOINT TOKEN FILE [ARGUMENT...]

Prints one JSON object; ends with a traceback where the client itself gave up.
"""

import base64
import concurrent.futures
import email.utils
import hashlib
import io
import json
import os
import sys
import threading
import time

import requests
from tusclient.client import TusClient
from tusclient.uploader import Uploader

VERSION = {"Tus-Resumable": "1.0.0"}
OCTETS = {"Content-Type": "application/offset+octet-stream"}


def meta(**values):
    pairs = (f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in values.items())
    return {"Upload-Metadata": ",".join(pairs)}


class Scenario:
    def __init__(self, endpoint, token, file, arguments):
        self.endpoint, self.file, self.arguments = endpoint, file, arguments
        self.headers = {"Authorization": f"Bearer {token}"}
        self.client = TusClient(endpoint, headers=self.headers)
        self.root = endpoint[: endpoint.index("/api/")]

    def call(self, method, url, body=None, **headers):
        headers = {**VERSION, **self.headers, **{key.replace("_", "-"): value for key, value in headers.items()}}
        headers = {key: value for key, value in headers.items() if value is not None}
        return requests.request(method, requests.compat.urljoin(self.endpoint, url), data=body, headers=headers)

    def create(self, length, body=None, **headers):
        return self.call("POST", self.endpoint, body, Upload_Length=str(length),
                         **{**meta(filename="a.mp4"), **headers})

    def append(self, url, offset, body, **headers):
        return self.call("PATCH", url, body, Upload_Offset=str(offset), **{**OCTETS, **headers})

    # tuspy by itself

    def whole(self):
        uploader = self.client.uploader(self.file, chunk_size=100_000, metadata={"filename": "whole film.mp4"},
                                        upload_checksum=True)
        uploader.upload()
        return {"url": uploader.url, "offset": uploader.offset}

    def part(self):
        """Sends half and says where."""
        uploader = self.client.uploader(self.file, chunk_size=100_000, metadata={"filename": "resumed.mp4"})
        uploader.upload(stop_at=uploader.get_file_size() // 2 // 100_000 * 100_000)
        return {"url": uploader.url, "offset": uploader.offset}

    def stream(self):
        """Sends slowly, in one request that never comes to its end by itself."""
        size = os.path.getsize(self.file)
        url = self.create(size, **meta(filename="cut.mp4")).headers["Location"]
        print(json.dumps({"url": url}), flush=True)

        def slowly():
            with open(self.file, "rb") as file:
                while block := file.read(64 << 10):
                    yield block
                    time.sleep(0.3 if file.tell() > 6 << 20 else 0)

        self.append(url, 0, slowly())
        return {}

    def resume(self):
        """Goes on where the server says that it is."""
        url = requests.compat.urljoin(self.endpoint, self.arguments[0])
        uploader = Uploader(self.file, url=url, client=self.client, chunk_size=1 << 20)
        start = uploader.offset
        uploader.upload()
        return {"start": start, "offset": uploader.offset}

    def parallel(self):
        """Three parts at the same time, joined; and joined once more, as after a lost answer."""
        data = open(self.file, "rb").read()
        third = len(data) // 3 + 1
        parts = [data[start:start + third] for start in range(0, len(data), third)]

        def send(part):
            client = TusClient(self.endpoint, headers={**self.headers, "Upload-Concat": "partial"})
            uploader = client.uploader(file_stream=io.BytesIO(part), chunk_size=50_000)
            uploader.upload()
            return uploader.url

        with concurrent.futures.ThreadPoolExecutor() as pool:
            urls = list(pool.map(send, parts))
        final = {"Upload-Concat": "final;" + " ".join(urls), **meta(filename="joined.mp4", preset="voice")}
        first, second = (self.call("POST", self.endpoint, **final) for _ in range(2))
        head = self.call("HEAD", first.headers["Location"])
        return {
            "statuses": [first.status_code, second.status_code],
            "same": first.headers["Location"] == second.headers["Location"],
            "job": [first.headers.get("Soundspool-Job"), second.headers.get("Soundspool-Job")],
            "concat": head.headers.get("Upload-Concat", ""), "offset": head.headers.get("Upload-Offset"),
            "parts": [self.call("HEAD", url).status_code for url in urls],
        }

    # Requests by hand

    def refusals(self):
        """What each mistake is answered with."""
        data = open(self.file, "rb").read()
        half = len(data) // 2
        url = self.create(len(data)).headers["Location"]
        sha = base64.b64encode(hashlib.sha1(data[:half]).digest()).decode()
        answers = {
            "no version": self.call("POST", self.endpoint, Tus_Resumable=None, Upload_Length="9"),
            "other version": self.call("HEAD", url, Tus_Resumable="0.2.2"),
            "no length": self.call("POST", self.endpoint, **meta(filename="a.mp4")),
            "negative length": self.create(-1),
            "empty": self.create(0),
            "oversize": self.create(1 << 50),
            "no name": self.create(9, Upload_Metadata=None),
            "not Base64": self.create(9, Upload_Metadata="filename *"),
            "preset": self.create(9, **meta(filename="a.mp4", preset="loud")),
            "path": self.create(9, **meta(filename="../../etc/passwd")),
            "dots": self.create(9, **meta(filename="..")),
            "hidden": self.create(9, **meta(filename=".token")),
            "control": self.create(9, **meta(filename="a\r\nSet-Cookie: x=y.mp4")),
            "type": self.append(url, 0, data, Content_Type="text/plain"),
            "no offset": self.call("PATCH", url, data, **OCTETS),
            "offset ahead": self.append(url, 7, data),
            "too long": self.append(url, 0, data + b"x"),
            "too long, chunked": self.append(url, 0, iter([data, b"x"])),
            "checksum": self.append(url, 0, data[:half] + b"x", Upload_Checksum=f"sha1 {sha}"),
            "algorithm": self.append(url, 0, data[:half], Upload_Checksum="crc99 AAAA"),
            "part of nothing": self.call("POST", self.endpoint, **meta(filename="a.mp4"),
                                         Upload_Concat="final;/api/v1/uploads/zzz"),
            "joined from no part": self.call("POST", self.endpoint, **meta(filename="a.mp4"),
                                             Upload_Concat=f"final;{url}"),
            "unknown": self.append("/api/v1/uploads/0123abc", 0, data),
            "path for a name": self.append("/api/v1/uploads/..%2f1.source", 0, data),
            "stranger": requests.head(requests.compat.urljoin(self.endpoint, url), headers=VERSION),
        }
        result = {name: answer.status_code for name, answer in answers.items()}
        plain = [name for name, answer in answers.items() if answer.content and name != "stranger"
                 and answer.headers["Content-Type"] != "application/problem+json"]
        unversioned = [name for name, answer in answers.items() if "Tus-Resumable" not in answer.headers]
        nothing = self.call("HEAD", url).headers["Upload-Offset"]
        right = self.append(url, 0, data[:half], Upload_Checksum=f"sha1 {sha}")
        gone = self.call("DELETE", url)
        return {"statuses": result, "plain": plain, "unversioned": unversioned, "nothing": nothing,
                "right": right.headers.get("Upload-Offset"), "delete": gone.status_code,
                "after": self.call("HEAD", url).status_code}

    def checksums(self):
        """Each algorithm that the server announces, wrong and right, once for each piece of a file."""
        data = open(self.file, "rb").read()
        algorithms = requests.options(self.endpoint).headers["Tus-Checksum-Algorithm"].split(",")
        size, offset, statuses = len(data) // len(algorithms) + 1, 0, {}
        url = self.create(len(data), **meta(filename="sums.mp4")).headers["Location"]
        for algorithm in algorithms:
            piece = data[offset:offset + size]

            def sum_of(content):
                return f"{algorithm} {base64.b64encode(hashlib.new(algorithm, content).digest()).decode()}"

            wrong = self.append(url, offset, piece, Upload_Checksum=sum_of(piece + b"x"))
            kept = self.call("HEAD", url).headers["Upload-Offset"]
            right = self.append(url, offset, piece, Upload_Checksum=sum_of(piece))
            statuses[algorithm] = [wrong.status_code, int(kept) - offset, right.status_code]
            offset = int(right.headers["Upload-Offset"])
        return {"statuses": statuses}

    def expiry(self):
        """When an upload expires, as each answer about it says: seconds after its last byte came, at least and at most."""
        data, spans = open(self.file, "rb").read(), {}
        url = None
        steps = {
            "POST": lambda: self.create(len(data)), "PATCH": lambda: self.append(url, 0, data[:9]),
            "HEAD": lambda: self.call("HEAD", url),
        }
        for method, step in steps.items():
            # What HEAD tells began with the PATCH before it.
            before = before if method == "HEAD" else time.time()
            answer = step()
            url = url or answer.headers["Location"]
            expires = email.utils.parsedate_to_datetime(answer.headers["Upload-Expires"]).timestamp()
            spans[method] = [expires - time.time(), expires - before]
        last = self.append(url, 9, data[9:])
        return {"spans": spans, "ended": last.headers.get("Upload-Expires"), "last": last.status_code}

    def options(self):
        answer = requests.options(self.endpoint)
        return {"status": answer.status_code, **{key: value for key, value in answer.headers.items() if "Tus" in key}}

    def together(self):
        """Creation with upload, by another method's name, and two requests at once."""
        data = open(self.file, "rb").read()
        created = self.create(len(data), data, **OCTETS, **meta(filename="at once.mp4"))
        url = self.create(len(data), **meta(filename="two.mp4")).headers["Location"]

        told = threading.Event()

        def slow():
            yield data[:1000]
            told.wait(60)
            yield data[1000:]

        with concurrent.futures.ThreadPoolExecutor() as pool:
            first = pool.submit(self.append, url, 0, slow())
            # Nothing is sent until the first has the upload; it may have met this look and been refused itself.
            while self.append(url, 0, b"").status_code != 423:
                if first.done():
                    first = pool.submit(self.append, url, 0, slow())
            second = self.append(url, 0, data)
            told.set()
        overridden = self.call("POST", url, X_HTTP_Method_Override="HEAD")
        return {
            "created": created.status_code, "job": created.headers.get("Soundspool-Job") is not None,
            "first": first.result().status_code, "second": second.status_code,
            "offset": overridden.headers.get("Upload-Offset"),
        }

    def asked(self):
        """Asks how far an upload is while a request that has not ended sends to it, and goes on from there."""
        data = open(self.file, "rb").read()
        url = self.create(len(data), **meta(filename="asked.mp4")).headers["Location"]
        told = threading.Event()

        def halting():
            yield data[:len(data) // 2]
            told.wait(60)
            yield data[len(data) // 2:]

        with concurrent.futures.ThreadPoolExecutor() as pool:
            running = pool.submit(self.append, url, 0, halting())
            # The first answers may come before the request that is to be ended, or end it before its first byte.
            while (offset := int(self.call("HEAD", url).headers["Upload-Offset"])) == 0:
                if running.done():
                    running = pool.submit(self.append, url, 0, halting())
            rest = self.append(url, offset, data[offset:])
            told.set()
            try:
                ended = running.result()
            except requests.ConnectionError:
                ended = None
        return {"offset": offset, "half": len(data) // 2, "rest": rest.status_code,
                "ended": ended.status_code if ended is not None else 409}

    def different(self):
        """Two requests at once whose bytes are not the same."""
        size = 20 << 20
        url = self.create(size, **meta(filename="either.mp4")).headers["Location"]
        start = threading.Barrier(2)

        def send(byte):
            start.wait()
            try:
                return self.append(url, 0, byte * size).status_code
            except requests.ConnectionError:
                # Refused before all of it was sent.
                return 423

        with concurrent.futures.ThreadPoolExecutor() as pool:
            return {"statuses": sorted(pool.map(send, (b"a", b"b")))}

    def others(self):
        """Another account's upload: ARGUMENT is its address."""
        url = self.arguments[0]
        answers = [self.call("HEAD", url), self.append(url, 0, b"x"), self.call("DELETE", url),
                   self.call("POST", self.endpoint, **meta(filename="a.mp4"), Upload_Concat=f"final;{url}")]
        return {"statuses": [answer.status_code for answer in answers]}


print(json.dumps(getattr(Scenario(sys.argv[2], sys.argv[3], sys.argv[4], sys.argv[5:]), sys.argv[1])()))
