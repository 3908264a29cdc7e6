"""A front for a real server that lets some of its addresses through to nobody, as operators set one up."""

import contextlib
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "date"}


@contextlib.contextmanager
def in_front_of(server: str, closed: Sequence[str]) -> Iterator[str]:
    """Serve what a server at `server` (with a slash at its end) answers, but refuse what begins with a `closed` path; the address."""

    class Front(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path.startswith(tuple(closed)):
                self._answer(403, [("Content-Type", "text/plain")], b"Forbidden")
                return
            try:
                with urllib.request.urlopen(server.rstrip("/") + self.path, timeout=60) as answer:
                    self._answer(answer.status, answer.headers.items(), answer.read())
            except urllib.error.HTTPError as refused:
                self._answer(refused.code, refused.headers.items(), refused.read())

        def _answer(self, status: int, fields: Sequence[tuple[str, str]], body: bytes) -> None:
            self.send_response_only(status)
            self.send_header("Date", self.date_time_string())
            for name, value in fields:
                if name.lower() not in HOP:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *words: object) -> None:
            return None

    front = ThreadingHTTPServer(("127.0.0.1", 0), Front)
    thread = threading.Thread(target=front.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{front.server_address[1]}/"
    finally:
        front.shutdown()
        front.server_close()
        thread.join(10)
