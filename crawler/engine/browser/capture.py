"""What goes into a browser capture and what comes out of it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from crawler.model import PictureMissing

VIEWPORT = (1280, 900)
"""Width and height of the window, in CSS pixels."""


@dataclass(frozen=True, slots=True)
class Document:
    """The page to show, as it was recorded."""

    url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    """In the order received; encodings are taken as undone."""
    body: bytes
    """The entity, transfer and content encoding undone."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A sub-resource that came back."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    """The entity, transfer and content encoding undone."""
    exchange_id: str | None
    cached: bool = False
    """True when an exchange of this run served again and nothing was sent."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A sub-resource that was not fetched, or that failed, and why."""

    reason: str
    failed: bool = False
    """True when it was tried and failed; False when a guard rail said no."""
    exchange_id: str | None = None


Fetch = Callable[[str, str, Mapping[str, str]], Awaitable[Fetched | Refused]]
"""Asked with URL, resource type (Playwright's word, or ``subframe``) and the browser's request headers. It is cancelled when
the picture is taken without it."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one capture may take."""

    seconds: float = 60.0
    requests: int = 80
    """Sub-resources asked from `fetch`, redirects included."""
    height: int = 16_000
    """CSS pixels from the top that the picture shows; Chromium paints no more than 16,384 in one piece."""
    load_seconds: float = 20.0
    """How long the load event is waited for."""
    quiet_seconds: float = 5.0
    """How long open requests are waited for after scrolling."""
    characters: int = 20_000_000
    """Of the DOM and of the text."""


@dataclass(frozen=True, slots=True)
class Capture:
    """What a browser made of a recorded page. It is never wire-exact."""

    url: str
    screenshot_png: bytes | None
    """None when the page could not be pictured; `notes` says why."""
    dom_html: bytes
    """The DOM after scripts ran, serialised, UTF-8."""
    text: str
    """The text that a reader sees."""
    title: str
    requests: tuple[dict[str, Any], ...]
    """One a request: url, type, state (from-record, fetched, cached, aborted, refused, failed), why, status,
    exchange_id, sha256 (of the body that the browser got)."""
    console: tuple[str, ...]
    notes: tuple[str, ...]
    viewport: tuple[int, int]
    locale: str
    timezone: str
    browser_version: str
    user_agent: str
    scripts: bool
    """False when the page had to be shown with scripts switched off."""
    started_at: datetime
    finished_at: datetime
    wire_exact: bool = False
    missing: PictureMissing | None = None
    """Why there is no picture; None when there is one."""
