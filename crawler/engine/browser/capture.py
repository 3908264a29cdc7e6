"""What goes into a browser capture and what comes out of it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from crawler import clock
from crawler.reading import PictureMissing

FORMAT = "titlewatch-capture/1"
VIEWPORT = (1280, 900)
"""Width and height of the window, in CSS pixels."""
LOCALE, TIMEZONE = "en-US", "UTC"


@dataclass(frozen=True, slots=True)
class Source:
    """The connection that brought something."""

    exchange_id: str
    address: str | None
    """None when an answer came without a connection that is known."""
    certificate_sha256: str | None
    """Of the peer's leaf certificate; None without TLS."""
    recorded_at: str
    """When the exchange began, as `clock.stamp` writes it."""


@dataclass(frozen=True, slots=True)
class Document:
    """The page to show, as it was recorded."""

    url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    """In the order received; encodings are taken as undone."""
    body: bytes = field(repr=False)
    """The entity, transfer and content encoding undone."""
    source: Source | None = None


@dataclass(frozen=True, slots=True)
class Fetched:
    """A sub-resource that came back."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    """The entity, transfer and content encoding undone."""
    exchange_id: str | None
    cached: bool = False
    """True when an earlier exchange served again and nothing was sent."""
    source: Source | None = None
    holder: object = field(default=None, repr=False, compare=False)
    """Lives as long as the body is counted among what lies in memory."""


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


Purpose = Literal["picture", "reading"]
"""Why a page is shown: for its picture, or so that its DOM can be read, without scrolling and without its pictures."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one capture may take."""

    seconds: float = 60.0
    patience: float = 0.0
    """Seconds more for sub-resources that wait for their turn at the site; the browser itself gets none of them."""
    requests: int = 80
    """Sub-resources asked from `fetch`, redirects included."""
    body_bytes: int = 6 * 1024 * 1024
    """Of one sub-resource that the browser is given; a larger one is recorded and left out of the picture."""
    total_bytes: int = 48 * 1024 * 1024
    """Of all sub-resources that the browser is given."""
    height: int = 16_000
    """CSS pixels from the top that the picture shows; Chromium paints no more than 16,384 in one piece."""
    load_seconds: float = 20.0
    """How long the load event is waited for."""
    quiet_seconds: float = 5.0
    """How long open requests are waited for after scrolling; of a page that is shown to be read, how long it may go on
    changing while it asks for nothing."""
    characters: int = 20_000_000
    """Of the DOM and of the text."""


@dataclass(frozen=True, slots=True)
class Capture:
    """What a browser made of a recorded page. It is never wire-exact."""

    url: str
    screenshot_png: bytes | None
    """None when the page could not be pictured; `missing` says why."""
    dom_html: bytes
    """The DOM after scripts ran, serialised, UTF-8."""
    text: str
    """The text that a reader sees."""
    title: str
    document: Mapping[str, Any]
    """What the browser was given as the page: status, sha256, bytes."""
    final_url: str | None
    """What the page called itself when it was read; None when it could not be read."""
    picture: Mapping[str, Any] | None
    """width, height, page_width, page_height (CSS pixels), cut."""
    cut: Mapping[str, bool]
    """Whether `dom` and `text` were cut."""
    browser: Mapping[str, Any]
    """name, version, executable, command_line, sandbox, user_agent, cjk_fonts, fonts."""
    lists: Mapping[str, list[Any]]
    """requests, console, errors, dialogs, downloads, popups, navigations, permissions."""
    left_out: Mapping[str, int]
    """How many of each list were not kept, because there were too many."""
    notes: tuple[str, ...]
    limits: Limits
    scripts: bool
    """False when the page had to be shown with scripts switched off."""
    started_at: datetime
    read_at: datetime | None
    """When DOM and text were read and the picture begun."""
    finished_at: datetime
    missing: PictureMissing | None = None
    """Why there is no picture; None when there is one."""
    wire_exact: bool = False
    purpose: Purpose = "picture"

    @property
    def requests(self) -> list[dict[str, Any]]:
        """One a request: url, type, state (from-record, fetched, cached, aborted, refused, failed), why, status,
        exchange_id, address, certificate_sha256, recorded (time of the exchange), sha256 and bytes of the body."""
        return self.lists["requests"]

    @property
    def console(self) -> list[str]:
        """What the page wrote to the console, type first."""
        return self.lists["console"]

    def facts(self, capture_id: str, exchange_id: str) -> dict[str, Any]:
        """All that is recorded of the capture besides its files (format.md 5.1); JSON values only."""
        return {
            "format": FORMAT,
            "capture": capture_id,
            "exchange": exchange_id,
            "url": self.url,
            "final_url": self.final_url,
            "title": self.title,
            "wire_exact": self.wire_exact,
            "purpose": self.purpose,
            "document": dict(self.document),
            "picture": dict(self.picture) if self.picture else None,
            "picture_missing": self.missing.as_dict() if self.missing else None,
            "cut": dict(self.cut),
            "browser": dict(self.browser),
            "window": {"viewport": list(VIEWPORT), "scale": 1, "locale": LOCALE, "timezone": TIMEZONE},
            "scripts": self.scripts,
            "limits": {
                "seconds": str(self.limits.seconds),
                "patience": str(self.limits.patience),
                "requests": self.limits.requests,
                "body_bytes": self.limits.body_bytes,
                "total_bytes": self.limits.total_bytes,
                "height": self.limits.height,
                "characters": self.limits.characters,
            },
            "started": clock.stamp(self.started_at),
            "read": clock.stamp(self.read_at) if self.read_at else None,
            "finished": clock.stamp(self.finished_at),
            **{name: list(items) for name, items in self.lists.items()},
            "left_out": dict(self.left_out),
            "notes": list(self.notes),
        }
