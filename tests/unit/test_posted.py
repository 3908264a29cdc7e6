"""The time of posting in the report: a moment, or what the page has in its place."""

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import pytest

from crawler.bundle.report import Document
from crawler.wording import say


@pytest.mark.parametrize(
    ("at", "text", "language", "told"),
    [
        ("2026-11-18T13:04:00Z", "2026-11-18T21:04", "en", ""),
        (None, "2026-11-18T21:04", "en", "“2026-11-18T21:04” (as shown)"),
        (None, "2026-11-18T21:04", "zh", "“2026-11-18T21:04”（页面原文）"),
        (None, None, "en", "unknown"),
    ],
)
def test_a_time_that_is_no_moment_is_shown_as_it_stands(
    at: str | None, text: str | None, language: str, told: str
) -> None:
    listing: Mapping[str, Any] = {"posted_at": at, "posted_at_text": text}
    speaks = SimpleNamespace(t=lambda key, **facts: say(f"report.{key}", language, **facts))
    assert Document._posted(speaks, listing, "posted_short") == told  # type: ignore[arg-type]  # it uses nothing else of a document
