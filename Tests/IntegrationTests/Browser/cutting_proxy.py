"""A TCP proxy that cuts, holds up or slows down what goes through it."""

import contextlib
import socket
import threading


class CuttingProxy:
    """Connections to `port` go to `target`, a port that may be said later."""

    def __init__(self):
        self.target = None
        self.cuts = 0
        self._state = threading.Condition()
        self.sent = 0  # bytes to the server, since one of these was said
        self._cut_at = self._hold_at = None
        self._is_slow = False
        self._open = set()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def cut_after(self, count):
        """Once so many bytes more have gone to the server, every connection is cut, once."""
        with self._state:
            self.sent, self._cut_at = 0, count

    def hold_after(self, count):
        """Once so many bytes more have gone to the server, nothing else goes there until `release`."""
        with self._state:
            self.sent, self._hold_at = 0, count

    def trickle(self):
        """Until `release`, 64 KiB go to the server in a tenth of a second."""
        with self._state:
            self._is_slow = True

    def count_anew(self):
        with self._state:
            self.sent = 0

    def is_holding(self):
        with self._state:
            return self._hold_at is not None and self.sent >= self._hold_at

    def release(self):
        with self._state:
            self._hold_at, self._is_slow = None, False
            self._state.notify_all()

    def _accept(self):
        while True:
            client, _ = self._listener.accept()
            try:
                server = socket.create_connection(("127.0.0.1", self.target))
            except OSError:
                client.close()
                continue
            with self._state:
                self._open |= {client, server}
            threading.Thread(target=self._pump, args=(client, server, True), daemon=True).start()
            threading.Thread(target=self._pump, args=(server, client, False), daemon=True).start()

    def _pump(self, source, sink, to_server):
        with contextlib.suppress(OSError):
            while data := source.recv(64 << 10):
                if to_server:
                    self._count(len(data))
                sink.sendall(data)
        for end in (source, sink):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        with self._state:
            self._open -= {source, sink}

    def _count(self, count):
        with self._state:
            self.sent += count
            if count > 8 << 10 and self._is_slow:
                self._state.wait(0.1)
            # Small requests pass: the page goes on asking how far things are.
            while count > 8 << 10 and self._hold_at is not None and self.sent >= self._hold_at:
                self._state.wait()
            if self._cut_at is None or self.sent < self._cut_at:
                return
            self._cut_at = None
            self.cuts += 1
            for end in self._open:
                with contextlib.suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)
        raise ConnectionError("cut")
