"""Findings made safe to show: what a hostile file put into them cannot steer a terminal, a log or a JSON reader."""

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import replace

from crawler.model import Finding

LIMIT = 600
"""Characters of one text in a finding."""
_STEERING = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def harmless(findings: Iterable[Finding]) -> Iterator[Finding]:
    """The findings with every control, format, surrogate and unassigned character written as an escape, and cut."""
    for finding in findings:
        yield replace(
            finding,
            check=_text(finding.check),
            object=_text(finding.object),
            expected=None if finding.expected is None else _text(finding.expected),
            found=None if finding.found is None else _text(finding.found),
            why=_text(finding.why),
        )


def _text(told: object) -> str:
    # Where a text is due, a hostile file may hold a number, or lists within lists.
    try:
        text = told if isinstance(told, str) else repr(told)
    except RecursionError:
        text = "nested too deep to be shown"
    if len(text) > LIMIT:
        text = f"{text[: LIMIT - 40]} ... ({len(text)} characters)"
    if text.isascii() and text.isprintable():
        return text
    return "".join(c if unicodedata.category(c) not in _STEERING else ascii(c)[1:-1] for c in text)
