"""A mail server that misbehaves as it is told.

Usage: scripted_server.py OPTIONS, a JSON object:
  replies    maps a verb to the reply's lines, to `null` (hang up) or to [] (say nothing)
  first      maps a verb to a list of such replies, for the first times that it comes
  barrier    how many clients must be connected before any of them is greeted
  most       messages on one connection; then 421
  most_connections  at a time; any other is greeted with 421
  tls        {"certificate": PATH, "key": PATH} for after STARTTLS; without it the handshake is hung up on
  stops_reading  whether nothing is read any more after DATA
  port       instead of any that is free
  directory  where the messages are kept, as N.eml
  kill       {"verb": VERB, "pid_file": PATH}: once, just before the reply to VERB, SIGKILL the process of that number

GREETING stands for the greeting, TLS for TLS's first byte after STARTTLS, CONTINUE for what answers 334, CONTENT for the moment when the message's first bytes have come, END for the reply to
a message. Prints `ready PORT`, `connection NUMBER OPEN` for each and `took JSON` for each message; ends when its
standard input does.
"""

import asyncio
import email
import json
import os
import pathlib
import signal
import socket
import ssl
import sys

from whole_file import write_whole

DEFAULTS = {
    "GREETING": ["220 scripted.test"],
    "EHLO": ["250 scripted.test"],
    "MAIL": ["250 sender fine"],
    "RCPT": ["250 recipient fine"],
    "DATA": ["354 go ahead"],
    "TLS": [],
    "CONTENT": [],
    "END": ["250 taken"],
    "QUIT": ["221 bye"],
}


class Script:
    def __init__(self, options):
        self.replies = DEFAULTS | options.get("replies", {})
        self.first = options.get("first", {})
        self.barrier = options.get("barrier", 1)
        self.most = options.get("most", 1 << 30)
        self.most_connections = options.get("most_connections", 1 << 30)
        self.stops_reading = options.get("stops_reading", False)
        self.tls = None
        if "tls" in options:
            self.tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            self.tls.load_cert_chain(options["tls"]["certificate"], options["tls"]["key"])
        self.directory = options.get("directory")
        self.kill = options.get("kill")
        self.connected = 0
        self.current = 0
        self.taken = 0
        self.open = asyncio.Event()

    async def serve(self, reader, writer):
        self.connected += 1
        self.current += 1
        print("connection", self.connected, self.current, flush=True)
        if self.connected >= self.barrier:
            self.open.set()
        await self.open.wait()
        try:
            if self.current > self.most_connections:
                writer.write(b"421 4.7.0 too many connections\r\n")
                await writer.drain()
            else:
                await self.converse(reader, writer, self.connected)
        except (ConnectionError, EOFError, ssl.SSLError):
            pass
        finally:
            self.current -= 1
            writer.close()

    def reply(self, verb):
        if self.first.get(verb):
            return self.first[verb].pop(0)
        return self.replies.get(verb, ["502 not understood"])

    def killing(self, verb):
        if self.kill and self.kill["verb"] == verb:
            os.kill(int(pathlib.Path(self.kill["pid_file"]).read_text()), signal.SIGKILL)
            self.kill = None

    def take(self, message, recipient, connection):
        self.taken += 1
        if self.directory:
            write_whole(pathlib.Path(self.directory) / f"{self.taken}.eml", message)
        parsed = email.message_from_bytes(message)
        record = {"connection": connection, "id": parsed["Message-ID"], "to": recipient}
        print("took", json.dumps(record), flush=True)

    async def converse(self, reader, writer, connection):
        verb = "GREETING"
        count = 0
        recipient = ""
        end = None
        while True:
            if verb == "MAIL" and count >= self.most:
                lines = ["421 4.7.0 enough"]
            else:
                lines = end if verb == "END" else self.reply(verb)
            self.killing(verb)
            if lines is None:
                return
            writer.write("".join(line + "\r\n" for line in lines).encode())
            await writer.drain()
            if lines and lines[0].startswith(("221", "421")):
                return
            if verb == "STARTTLS" and lines and lines[0].startswith("220"):
                if not self.tls or self.reply("TLS") is None:
                    await reader.readexactly(1)
                    return
                await writer.start_tls(self.tls)
            if verb == "DATA" and lines and lines[0].startswith("354"):
                if self.stops_reading:
                    writer.transport.pause_reading()
                    await asyncio.Event().wait()
                start = await reader.readexactly(1)
                self.killing("CONTENT")
                if self.reply("CONTENT") is None:
                    return
                message = (start + await reader.readuntil(b"\r\n.\r\n"))[:-3]
                verb = "END"
                end = self.reply("END")
                # Who hangs up after the dot has the message all the same.
                if end is None or end and end[0].startswith("250"):
                    count += 1
                    self.take(message, recipient, connection)
                continue
            line = await reader.readuntil(b"\r\n")
            verb = line.split()[0].decode().upper() if line.split() else ""
            if verb == "RCPT":
                recipient = line.decode().strip()[len("RCPT TO:") :].split(">")[0].strip("<>")
            if lines and lines[0].startswith("334"):
                verb = "CONTINUE"


def listening(options):
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if options.get("stops_reading"):
        # Small segments and a small buffer here make the client's small too (tcp(7)): a message soon fills both.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, 536)
    listener.bind(("127.0.0.1", options.get("port", 0)))
    return listener


async def main(options):
    script = Script(options)
    server = await asyncio.start_server(script.serve, sock=listening(options), limit=1 << 24)
    print("ready", server.sockets[0].getsockname()[1], flush=True)
    await asyncio.to_thread(sys.stdin.read)


asyncio.run(main(json.loads(sys.argv[1])))
