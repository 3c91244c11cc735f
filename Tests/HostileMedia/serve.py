#!/usr/bin/env python3
"""Has one serving converter do many conversions, as the service does, and says what it holds after each.

    serve.py CONVERTER COUNT SOURCE    prints a line of JSON: statuses, open descriptors and resident bytes, a value a job
"""

import json
import os
import socket
import subprocess
import sys
import tempfile

REQUEST = {"preset": "standard", "track": "default", "loudness": "tag", "threads": 2, "listsTracks": False,
           "limits": {"duration": 3600, "outputBytes": 1 << 30}}


def resident(pid: int) -> int:
    with open(f"/proc/{pid}/status") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmRSS:"))


def main() -> None:
    converter, count, source = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    here, there = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    process = subprocess.Popen([converter, "--serve"], stdin=there, stdout=subprocess.DEVNULL, stderr=sys.stderr)
    there.close()
    result = {"reasons": [], "descriptors": [], "resident": []}
    for _ in range(count):
        with open(source, "rb") as video, tempfile.TemporaryFile() as audio:
            socket.send_fds(here, [json.dumps(REQUEST).encode()], [video.fileno(), audio.fileno()])
            report = None
            while report is None:
                message = here.recv(1 << 16)
                if not message:
                    sys.exit(f"the converter ended: {process.wait()}")
                report = json.loads(message).get("report")
            result["reasons"].append(report.get("reason"))
        result["descriptors"].append(len(os.listdir(f"/proc/{process.pid}/fd")))
        result["resident"].append(resident(process.pid))
    here.close()
    process.wait()
    print(json.dumps(result))


if __name__ == "__main__":
    main()
