"""A mail server that misbehaves as it is told.

Usage: scripted_server.py OPTIONS, a JSON object: `replies` maps a verb to the reply's lines, to `null` (hang up) or to
[] (say nothing). GREETING stands for the greeting, END for the reply to a message. `barrier` is how many clients must be
connected before any of them is greeted. Prints `ready PORT`; ends when its standard input does.
"""

import asyncio
import json
import sys

DEFAULTS = {
    "GREETING": ["220 scripted.test"],
    "EHLO": ["250 scripted.test"],
    "MAIL": ["250 sender fine"],
    "RCPT": ["250 recipient fine"],
    "DATA": ["354 go ahead"],
    "END": ["250 taken"],
    "QUIT": ["221 bye"],
}


class Script:
    def __init__(self, options):
        self.replies = DEFAULTS | options.get("replies", {})
        self.barrier = options.get("barrier", 1)
        self.connected = 0
        self.open = asyncio.Event()

    async def serve(self, reader, writer):
        self.connected += 1
        if self.connected >= self.barrier:
            self.open.set()
        await self.open.wait()
        try:
            await self.converse(reader, writer)
        except (ConnectionError, EOFError):
            pass
        finally:
            writer.close()

    async def converse(self, reader, writer):
        verb = "GREETING"
        while True:
            lines = self.replies.get(verb, ["502 not understood"])
            if lines is None:
                return
            writer.write("".join(line + "\r\n" for line in lines).encode())
            await writer.drain()
            if verb == "QUIT":
                return
            if verb == "DATA" and lines and lines[0].startswith("354"):
                await reader.readuntil(b"\r\n.\r\n")
                verb = "END"
                continue
            line = await reader.readuntil(b"\r\n")
            verb = line.split()[0].decode().upper() if line.split() else ""
            if lines and lines[0].startswith("334"):
                verb = "CONTINUE"


async def main(options):
    script = Script(options)
    server = await asyncio.start_server(script.serve, "127.0.0.1", 0, limit=1 << 20)
    print("ready", server.sockets[0].getsockname()[1], flush=True)
    await asyncio.to_thread(sys.stdin.read)


asyncio.run(main(json.loads(sys.argv[1])))
