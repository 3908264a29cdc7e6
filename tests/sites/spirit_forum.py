"""A real Spirit forum (django-spirit): made, filled with entries, served on loopback."""

import contextlib
import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.crawl.folders import free_port
from tests.sites.serving import running
from tests.sites.works import Entry

SETTINGS = """
from .dev import *
ALLOWED_HOSTS = ["127.0.0.1"]
DEBUG = False
HAYSTACK_SIGNAL_PROCESSOR = "haystack.signals.BaseSignalProcessor"
LOGGING = {"version": 1}
"""
FILLING = Path(__file__).with_name("spirit_filling.py")


class SpiritForum:
    """A forum in a folder; `fill` may be called while it is served."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.url = ""
        folder.mkdir()
        found = importlib.util.find_spec("spirit")
        assert found is not None and found.origin is not None
        template = Path(found.origin).parent / "extra" / "project_template"
        self._run("-m", "django", "startproject", "quay", ".", "--template", str(template))
        (folder / "quay" / "settings" / "here.py").write_text(SETTINGS)
        self._run("manage.py", "migrate", "--verbosity", "0")

    def fill(self, entries: Sequence[Entry]) -> list[str]:
        """Write a topic for each entry; their paths."""
        rows = [
            {"title": entry.title, "text": entry.text, "at": entry.posted_at.isoformat(), "board": number % 3}
            for number, entry in enumerate(entries)
        ]
        paths: list[str] = json.loads(self._run(str(FILLING), given=json.dumps({"topics": rows})))
        return paths

    def answer(self, path: str, text: str) -> None:
        """Write a reply below a topic, now."""
        self._run(str(FILLING), given=json.dumps({"replies": [{"topic": int(path.split("/")[2]), "text": text}]}))

    @contextlib.contextmanager
    def serving(self) -> Iterator[str]:
        """Serve until the block ends; gives the base address."""
        port = free_port()
        self.url = f"http://127.0.0.1:{port}/"
        command = [sys.executable, "manage.py", "runserver", "--noreload", f"127.0.0.1:{port}"]
        with running(command, self.folder, self.url, self._environment()):
            yield self.url

    def _environment(self) -> dict[str, str]:
        return {**os.environ, "DJANGO_SETTINGS_MODULE": "quay.settings.here", "PYTHONPATH": str(self.folder)}

    def _run(self, *words: str, given: str = "") -> str:
        environment = self._environment() if (self.folder / "quay").exists() else dict(os.environ)
        done = subprocess.run(
            [sys.executable, *words], cwd=self.folder, env=environment, input=given, capture_output=True, text=True, check=False,
            timeout=240,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout
