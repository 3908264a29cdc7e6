"""A correction of what was sent: the items whose decision is another one now, for who received them."""

from collections.abc import Sequence
from dataclasses import dataclass

from crawler.bundle.referral import press
from crawler.bundle.referral.blocks import Blanks, Block, Cell, Heading, NewPage, Sheet, Text, pairs, table
from crawler.bundle.referral.language import own
from crawler.wording import say


@dataclass(frozen=True, slots=True)
class Corrected:
    """One item that is corrected."""

    exhibit: str
    """Its exhibit's id, as in the package; empty where it has none."""
    url: str
    then: str
    now: str
    """Verdicts; ``gone`` where nothing stands any more."""
    decided_at: str
    decided_by: str


@dataclass(frozen=True, slots=True)
class Correction:
    """What a correction says."""

    case_id: str
    title: str
    agency: str
    reference: str
    """The counterpart's own."""
    package: str
    dispatched: str
    """The day."""
    items: tuple[Corrected, ...]


def pdf(told: Correction, first: str = "en") -> bytes:
    """The correction in English and Chinese, the `first` language first; a draft, which a person signs and sends."""
    second = "zh" if first == "en" else "en"
    blocks = (*_blocks(told, first), NewPage(), Heading(_said("title", second)), *_blocks(told, second))
    return press.pdf(Sheet("correction", _said("title", first), blocks), own(first), told.case_id)


def _blocks(told: Correction, language: str) -> Sequence[Block]:
    def label(name: str) -> str:
        return _said(f"label.{name}", language)

    heads = [label(name) for name in ("exhibit", "url", "then", "now", "decided")]
    rows: list[list[Cell | str]] = [
        [Cell(one.exhibit, "mono"), Cell(one.url, "url"), _verdict(one.then, language), _verdict(one.now, language),
         " · ".join(part for part in (one.decided_at, one.decided_by) if part)]
        for one in told.items
    ]  # fmt: skip
    return (
        pairs(
            (label("to"), told.agency, ""), (label("reference"), told.reference, ""), (label("case"), f"{told.title} ({told.case_id})", ""),
            (label("package"), Cell(told.package, "mono"), ""), (label("dispatched"), told.dispatched, ""),
        ),
        Text(_said("body", language, count=len(told.items))),
        table(heads, rows, [28, 27, 13, 13, 19]),
        Text(_said("ask", language)),
        Blanks(((label("signed"), 2), (label("day"), 1))),
        Text(_said("draft", language), "small"),
    )  # fmt: skip


def _verdict(verdict: str, language: str) -> str:
    return _said("gone", language) if verdict == "gone" else say(f"console.status.{verdict}", language)


def _said(key: str, language: str, **facts: object) -> str:
    return say(f"correspondence.correction.{key}", language, **facts)
