"""A mail server whose queue of connections is full, so that no further one is ever made.

Usage: full_server.py OPTIONS, which are ignored. Prints `ready PORT`; ends when its standard input does.
"""

import socket
import sys

listener = socket.socket()
listener.bind(("127.0.0.1", 0))
listener.listen(0)
waiting = []
# listen(2): how many fit is the kernel's choice. It answers no more of them when none is left.
while True:
    client = socket.socket()
    client.settimeout(0.5)
    waiting.append(client)
    try:
        client.connect(listener.getsockname())
    except TimeoutError:
        break
print("ready", listener.getsockname()[1], flush=True)
sys.stdin.read()
