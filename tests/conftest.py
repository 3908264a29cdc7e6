"""What holds for every test: a quick engine, and an environment that says nothing."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import settings
from scrapy.core.engine import ExecutionEngine

SPEAKING = ("TITLEWATCH_", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SCRAPY_", "SSL_CERT_")


# How long one example takes says more about the machine's other work than about us.
settings.register_profile("titlewatch", deadline=None)
settings.load_profile("titlewatch")


@pytest.fixture(autouse=True)
def _quick_heartbeat(monkeypatch: pytest.MonkeyPatch) -> None:
    """Scrapy looks every 5 seconds whether it is done; a test cannot wait for that."""
    monkeypatch.setattr(ExecutionEngine, "_SLOT_HEARTBEAT_INTERVAL", 0.1)


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in [name for name in os.environ if name.upper().startswith(SPEAKING)]:
        monkeypatch.delenv(name)
    yield
