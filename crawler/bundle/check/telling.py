"""Findings told to people: grouped, worst first, in English or in Chinese beside it; and as JSON."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache

from crawler.model import Finding
from crawler.wording import say, topic

LINES = 200
"""Lines of findings that are printed; the rest is counted."""
SHOWN = ("fail", "not_checked")
FEW = 3
"""So many objects that were left open for one and the same reason are each named; of more, the first."""
EARLIER = "earlier"
"""The check that holds against what was kept before: whoever asked for it wants to read its yes."""


@cache
def _reasons() -> tuple[dict[str, str], tuple[tuple[re.Pattern[str], str], ...]]:
    """Whole sentences by themselves, and those with something in them as patterns."""
    entries = topic("verify")["reason"].values()
    plain = {entry["en"]: entry["zh"] for entry in entries if "{" not in entry["en"]}
    patterns = []
    for entry in entries:
        if "{" in entry["en"]:
            pieces = re.split(r"\{(\w+)\}", entry["en"])
            text = "".join(f"(?P<{piece}>.*)" if i % 2 else re.escape(piece) for i, piece in enumerate(pieces))
            patterns.append((re.compile(text, re.DOTALL), entry["zh"]))
    return plain, tuple(patterns)


def why_zh(why: str) -> str | None:
    """The reason in Chinese; None where it is only known in English."""
    plain, patterns = _reasons()
    if why in plain:
        return plain[why]
    for pattern, chinese in patterns:
        if found := pattern.fullmatch(why):
            # What is filled in may be a reason by itself.
            return chinese.format(**{name: why_zh(text) or text for name, text in found.groupdict().items()})
    return None


def as_json(finding: Finding) -> str:
    """One finding as one line of JSON."""
    return json.dumps(
        {"check": finding.check, "object": finding.object, "expected": finding.expected, "found": finding.found,
         "state": finding.state, "why": finding.why, "why_zh": why_zh(finding.why)},
        ensure_ascii=False,
    )  # fmt: skip


class Report:
    """Takes findings in, however many, and tells the worst of them."""

    def __init__(self) -> None:
        self.counts = {"fail": 0, "not_checked": 0, "pass": 0}
        self._kept: dict[str, list[Finding]] = {state: [] for state in SHOWN}
        self._outside = False
        self._earlier: list[Finding] = []
        self._alike: dict[tuple[str, str], list[str]] = {}

    def add(self, finding: Finding) -> None:
        """Count a finding, and keep it where it is one of the first of its state."""
        self.counts[finding.state] += 1
        self._outside |= finding.state == "not_checked" and (
            finding.check in ("signer", "roots") or "no roots were given" in finding.why
        )
        if finding.check == EARLIER and finding.state == "pass":
            self._earlier.append(finding)
        kept = self._kept.get(finding.state)
        if finding.state == "not_checked":
            alike = self._alike.setdefault((finding.check, finding.why), [])
            alike.append(finding.object)
            if len(alike) > 1:
                return
        if kept is not None and len(kept) < LINES:
            kept.append(finding)

    def lines(self, language: str) -> Iterator[str]:
        """What is printed: failures first, then what was not checked, at most 200 findings; last the verdict."""
        room = LINES
        for state in SHOWN:
            count, kept = self.counts[state], self._kept[state][:room]
            if not count:
                continue
            yield say(f"verify.heading.{state}", language, count=count)
            for finding in kept:
                yield f"  {self._told(finding, language)}"
            room -= len(kept)
            if rest := count - sum(len(self._objects(finding)) for finding in kept):
                yield say("verify.more", language, count=rest)
        if self._earlier:
            yield say("verify.heading.earlier", language)
            for finding in self._earlier:
                yield f"  {_line(finding, language)}"
        yield self.verdict(language)

    def _objects(self, finding: Finding) -> list[str]:
        """The objects that its line stands for."""
        return self._alike[finding.check, finding.why] if finding.state == "not_checked" else [finding.object]

    def _told(self, finding: Finding, language: str) -> str:
        objects = self._objects(finding)
        if len(objects) > FEW:
            return say("verify.alike", language, line=_line(finding, language), count=len(objects) - 1)
        return _line(replace(finding, object=("、" if language == "zh" else ", ").join(objects)), language)

    def verdict(self, language: str) -> str:
        """One sentence that says whether the evidence may be relied on."""
        facts = {"failed": self.counts["fail"], "open": self.counts["not_checked"], "passed": self.counts["pass"]}
        if self.counts["fail"]:
            return say("verify.verdict.fail", language, **facts)
        if not sum(facts.values()):
            return say("verify.verdict.nothing", language)
        return say("verify.verdict.outside" if self._outside else "verify.verdict.open", language, **facts)

    @property
    def holds(self) -> bool:
        """Whether something was checked and nothing failed."""
        return not self.counts["fail"] and sum(self.counts.values()) > 0


def report(findings: Iterable[Finding]) -> Report:
    """All findings taken in."""
    told = Report()
    for finding in findings:
        told.add(finding)
    return told


def _check(name: str, language: str) -> str:
    """What a check is called; its name in JSON where it has no other."""
    called = topic("verify")["check"].get(name)
    return str(called[language]) if called else name


def _line(finding: Finding, language: str) -> str:
    why, check, colon = finding.why, _check(finding.check, language), say("verify.colon", language)
    parts = [finding.object, why] if why.startswith(check) else [finding.object, check, why]
    if language == "zh" and (chinese := why_zh(why)):
        # The English beside it is what JSON has, and what a colleague abroad reads.
        told = f"{chinese} ({why})"
        parts = [finding.object, told] if chinese.startswith(check) else [finding.object, check, told]
    text = colon.join(parts)
    if finding.state == "fail" and finding.expected is not None:
        text += f" [{finding.expected} / {finding.found or '-'}]"
    return " ".join(text.split())
