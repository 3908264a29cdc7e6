"""A listing that was read from what a browser made of its page: the DOM is there, is the one recorded, and holds the text."""

from collections.abc import Iterator, Mapping, Sequence
from html.parser import HTMLParser
from typing import Any

from crawler.bundle import layout
from crawler.bundle.check.members import MISSING, check_members, check_value
from crawler.bundle.check.tree import Files
from crawler.model import Finding

BASIS = "rendered-dom"
GIVEN = ("from-record", "fetched", "cached")
"""The states of what a browser was given."""
LIMIT = 8 * 1024 * 1024
"""Characters of a DOM that are looked through."""
_SILENT = frozenset(("script", "style"))
_LEAST = 2
"""A DOM must hold at least one in so many of the listing's words."""


def check_rendered(
    files: Files,
    folder: str,
    listing: Mapping[str, Any],
    capture: Mapping[str, Any],
    taken: Sequence[Mapping[str, Any]],
) -> Iterator[Finding]:
    """Check `read_from` of listing.json and capture.json against the ledger's `capture` entries `taken` (format.md 5.2)."""
    name, which = f"{folder}/{layout.RENDERED}", f"{folder}/capture.json read_from"
    said, basis = capture.get("read_from"), listing.get("read_from")
    if basis is None:
        if said is not None or name in files.sizes:
            yield Finding("rendered", which, "fail", None, str(said)[:120], "the listing was read from the response")
        return
    yield from check_value("rendered", f"{folder}/listing.json read_from", BASIS, basis)
    entry = max(
        (one for one in taken if layout.RENDERED in one["files"]), key=lambda one: int(one["seq"]), default=None
    )
    if entry is None or not isinstance(said, dict):
        why = "the listing was read from a DOM that no capture of the exhibit holds"
        yield Finding("rendered", which, "fail", BASIS, None, why)
        return
    yield from check_members(which, said, ("basis", "capture", "sha256", "bytes", "made_from"))
    facts: Mapping[str, Any] = next(
        (one["facts"] for one in capture["captures"] if one["capture"] == entry["capture"]), {}
    )
    given = [
        {key: one.get(key) for key in ("url", "exchange_id", "sha256", "bytes")}
        for one in facts.get("requests", ())
        if one.get("sha256") and one.get("state") in GIVEN
    ]
    file = entry["files"][layout.RENDERED]
    expected = {
        "basis": basis, "capture": entry["capture"], "sha256": file["sha256"], "bytes": file["bytes"], "made_from": given,
    }  # fmt: skip
    for key, value in expected.items():
        yield from check_value("rendered", f"{which} {key}", value, said.get(key, MISSING))
    yield from check_value("rendered", f"{which} exchange", capture["page"], entry["exchange"])
    kept = {str(one["exchange"]) for one in capture["exchanges"]}
    for one in given:
        if one["exchange_id"] is not None and one["exchange_id"] not in kept:
            why = "made from an exchange that the exhibit does not hold"
            yield Finding("rendered", f"{which} made_from", "fail", None, str(one["url"])[:120], why)
    if name not in files.sizes:
        yield Finding("rendered", name, "fail", "a file", None, "missing, though the listing was read from it")
        return
    yield from check_value("rendered", name, file["sha256"], files.sha256(name))
    yield from _holds(name, files.read(name).decode("utf-8", "replace"), listing)


class _Words(HTMLParser):
    """All that a document says or names: its text and the values of its attributes."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []
        self.named: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self._silent += tag in _SILENT
        self.named += [value for _, value in attributes if value]

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in _SILENT and self._silent > 0

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.said.append(data)


def _holds(name: str, document: str, listing: Mapping[str, Any]) -> Iterator[Finding]:
    """The words of title and text stand in the DOM; how a reader joins them is not worked out a second time."""
    if len(document) > LIMIT:
        why = "too long a DOM to look for the listing's words in it"
        yield Finding("rendered", name, "not_checked", None, f"{len(document)} characters", why)
        return
    parser = _Words()
    parser.feed(document)
    parser.close()
    there = "".join("".join(parser.said).split()) + "\n" + "\n".join("".join(one.split()) for one in parser.named)
    words = [*str(listing["title"]).split(), *str(listing["text"]).split()]
    missing = [word for word in words if word not in there]
    if not missing:
        return
    found = f"{len(words) - len(missing)} of {len(words)} words"
    if len(missing) * _LEAST > len(words):
        why = "the DOM does not hold the text that was read from it"
        yield Finding("rendered", name, "fail", missing[0][:120], found, why)
    else:
        why = "some words of the listing do not stand in the DOM as they stand in the text: a reader may have joined or undone them"
        yield Finding("rendered", name, "not_checked", missing[0][:120], found, why)
