"""A webhook that keeps what is posted to it.

Usage: webhook_server.py OPTIONS, a JSON object: `secret`, which signs; `statuses`, the answers to the first posts, 204
after them, where 0 hangs up and -1 says nothing; `port` instead of any that is free; `certificate` and `key` for TLS.
Prints `ready PORT`, `connection NUMBER`, and for each post `post JSON` with status, id, body and whether the signature
is right; ends when its standard input does.
"""

import hashlib
import hmac
import http.server
import json
import ssl
import sys
import threading
import time

options = json.loads(sys.argv[1])
statuses = list(options.get("statuses", []))
connections = 0
telling = threading.Lock()


def tell(*words):
    """A line at a time: each connection has a thread of its own."""
    with telling:
        print(*words, flush=True)


def is_signed(header, body):
    fields = dict(part.split("=", 1) for part in header.split(","))
    expected = hmac.new(options["secret"].encode(), fields["t"].encode() + b"." + body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected, fields["v1"]) and abs(time.time() - int(fields["t"])) < 300


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def setup(self):
        global connections
        super().setup()
        connections += 1
        tell("connection", connections)

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        status = statuses.pop(0) if statuses else 204
        record = {
            "status": status,
            "id": self.headers["Soundspool-Event"],
            "type": self.headers["Content-Type"],
            "signed": is_signed(self.headers["Soundspool-Signature"], body),
            "body": json.loads(body),
        }
        tell("post", json.dumps(record))
        if status <= 0:
            self.close_connection = True
            if status < 0:
                sys.stdin.read()
            return
        self.send_response(status)
        answer = b"" if status == 204 else b"because"
        if status != 204:
            self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *arguments):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", options.get("port", 0)), Handler)
if "certificate" in options:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(options["certificate"], options["key"])
    # The handshake is for the connection's own thread.
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
threading.Thread(target=server.serve_forever, daemon=True).start()
tell("ready", server.server_address[1])
sys.stdin.read()
