"""Real servers of folders for the tests: Python's own, nginx and copyparty where they are installed."""

import contextlib
import importlib.util
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path


def free_port() -> int:
    """A port of 127.0.0.1 on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def installed(server: str) -> bool:
    """Whether a server can be started here."""
    if server == "nginx":
        return shutil.which("nginx") is not None
    return server == "python" or importlib.util.find_spec(server) is not None


@contextlib.contextmanager
def serving(server: str, tree: Path, scratch: Path) -> Iterator[str]:
    """Serve a tree with a real server until the block ends; gives the base address."""
    port = free_port()
    process = subprocess.Popen(
        _command(server, tree, scratch, port), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env={**os.environ, "TZ": "UTC"}, cwd=scratch,
    )  # fmt: skip
    base = f"http://127.0.0.1:{port}/"
    try:
        _await(base, process)
        yield base
    finally:
        process.terminate()
        process.wait(10)


def _command(server: str, tree: Path, scratch: Path, port: int) -> list[str]:
    if server == "nginx":
        configuration = scratch / "nginx.conf"
        places = " ".join(
            f"{name}_temp_path {scratch / name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        configuration.write_text(
            f"{'user root; ' if os.geteuid() == 0 else ''}daemon off; pid {scratch / 'nginx.pid'}; error_log stderr; events {{}}\n"
            f"http {{ access_log off; {places} server {{ listen 127.0.0.1:{port}; root {tree}; charset utf-8; autoindex on; }} }}\n"
        )
        return ["nginx", "-c", str(configuration), "-p", str(scratch)]
    if server == "copyparty":
        return [sys.executable, "-m", "copyparty", "-i", "127.0.0.1", "-p", str(port), "-v", f"{tree}::r",
                "--hist", str(scratch / "history")]  # fmt: skip
    return [sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1", "--directory", str(tree)]


def _await(base: str, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + 30
    while True:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}")
        try:
            with urllib.request.urlopen(base, timeout=5):
                return
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)
