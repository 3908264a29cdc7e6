"""A text held against the watchlist, and why each work in it is a hit, for review, or neither."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path
from typing import Any, Literal

from crawler import targets
from crawler.config import Matching
from crawler.engine.titles import Titles
from crawler.engine.weighing import scales_of
from crawler.errors import UsageError
from crawler.matching import Matcher, Offer
from crawler.matching.identified import identified
from crawler.matching.identifiers import told
from crawler.matching.page import Page
from crawler.matching.places import places
from crawler.matching.spellings import Near, nearest, spellings, written
from crawler.matching.strength import strength
from crawler.model import Match, Passage, Reason, Target, Work
from crawler.store import Store, given, works
from crawler.watchlist.sheet import decode
from crawler.workspace import Workspace

Verdict = Literal["hit", "review", "below", "named", "absent", "off"]
VERDICTS: tuple[Verdict, ...] = ("hit", "review", "below", "named", "off", "absent")
Addition = Literal["year", "person", "publisher", "identifier", "link"]
_HASH = "a0b1c2d3e4" * 4
_ADDRESS = f"magnet:?xt=urn:btih:{_HASH}"
_HOLDS_BACK = -0.5
_LACKS = ("common-title", "single-word-title", "no-offer")
"""Rules that say what is missing; the additions say it better."""
_LONGER = ("longer-title", "longer-title-before", "other-instalment", "numbered")


@dataclass(frozen=True, slots=True)
class Change:
    """What would change the verdict: proofs put beside the title, or a reason against that were not there."""

    add: tuple[Addition, ...]
    without: str | None
    """The rule that speaks against."""
    score: float


@dataclass(frozen=True, slots=True)
class Answer:
    """What the matcher makes of one watched work and a text."""

    work: Work
    verdict: Verdict
    score: float
    reasons: tuple[Reason, ...] = ()
    spans: tuple[tuple[int, int], ...] = ()
    changes: tuple[Change, ...] = ()
    """Each enough by itself to make it a hit; for what is no hit."""
    lookups: Mapping[str, tuple[str, ...]] | None = None
    """Form -> spellings that were looked for; for a work that the text does not name."""
    inside: str | None = None
    """The text of a longer watched title, of which the title is a part here and nowhere stands alone."""
    among_words: bool | None = False
    """Whether its characters stand in the text only as words among other words; None where that is not known."""
    near: Near | None = None
    """What in the text comes nearest to one of them."""


@dataclass(frozen=True, slots=True)
class Examination:
    """A text, what was looked at, and an answer for each work that it names or that was asked about."""

    text: str
    watched: int
    links: tuple[Target, ...]
    threshold: float
    review: float
    answers: tuple[Answer, ...]
    """Hits first, then by score."""
    asked: bool = False
    """Whether some works were asked about by name."""


def examine(store: Store, workspace: Workspace, text: str, work_ids: Sequence[str] = ()) -> Examination:
    """Match a text as a crawl would match a post, and explain it; asked for some works, about those alone.

    Raises UsageError for a text without words, UnknownObjectError for an unknown work.
    """
    if not text.strip():
        raise UsageError("there is no text", "TEXT", "give it as an argument, with --file, or on standard input with -")
    configuration = workspace.configuration()
    settings = configuration.matching
    wanted = given.whole(store, "work", work_ids)
    index = Titles(workspace).brought_up(store)
    matcher = Matcher(
        threshold=settings.threshold,
        review=settings.review,
        index=index,
        scales=scales_of(workspace, store),
        country=configuration.collector.country,
    )
    explainer = _Explainer(matcher, settings, text)
    answers = [answer for answer in explainer.found() if not wanted or answer.work.work_id in wanted]
    absent = set(wanted) - {answer.work.work_id for answer in answers}
    answers += [explainer.absent(work) for work, _ in works.stream(store, sorted(absent))]
    answers.sort(key=lambda one: (VERDICTS.index(one.verdict), -one.score, one.work.work_id))
    return Examination(
        text, len(index), explainer.offer.targets, matcher.threshold, matcher.review, tuple(answers), bool(wanted)
    )


def read(path: Path) -> str:
    """The text of a file. Raises UsageError when it cannot be read."""
    try:
        return decoded(path.read_bytes(), str(path))
    except OSError as error:
        raise UsageError(f"cannot be read ({error.strerror})", str(path), "check the path") from None


def decoded(data: bytes, which: str) -> str:
    """A text out of its bytes. Raises WatchlistError when the encoding is in doubt."""
    return decode(data, which).text.replace("\r\n", "\n").rstrip("\n")


class _Explainer:
    def __init__(self, matcher: Matcher, settings: Matching, text: str) -> None:
        self.matcher = matcher
        # The same rules without the lower limit, for what a crawl would not keep.
        self.open = Matcher(
            threshold=settings.threshold,
            review=0.0,
            index=matcher.index,
            scales=matcher.scales,
            country=matcher.country,
        )
        self.offer = Offer("", text, targets.find(Passage(text)))

    def found(self) -> Iterator[Answer]:
        """An answer for each work whose title stands in the text."""
        kept = {match.work_id: match for match in self.matcher.match(self.offer)}
        rest = {match.work_id: match for match in self.open.match(self.offer)}
        spans: dict[int, list[tuple[int, int]]] = {}
        page = Page(self.offer)
        titles = places(page, self.matcher.index)
        common = {place.work for place in titles if strength(place.spelling) == "common"}
        for place in (*titles, *identified(page, self.matcher.index, titles)):
            body = place.start - place.field.start, place.end - place.field.start
            spans.setdefault(place.work, []).append(body)
        every = [span for own in spans.values() for span in own]
        for number, standing in spans.items():
            work = self.matcher.index.work(number)
            match = kept.get(work.work_id) or rest.get(work.work_id)
            if match is not None:
                yield self._judged(work, match)
            else:
                verdict: Verdict = "off" if work.policy == "off" else "named"
                inside = self._inside(standing, every)
                changes = () if verdict == "off" or inside else tuple(self._changes(work, standing[0], ()))
                among = None if number in common else False
                yield Answer(work, verdict, 0.0, (), _outer(standing), changes, inside=inside, among_words=among)

    def _inside(self, own: Sequence[tuple[int, int]], every: Sequence[tuple[int, int]]) -> str | None:
        around = [[one for one in every if one[0] <= s and e <= one[1] and one[1] - one[0] > e - s] for s, e in own]
        return self.offer.body[slice(*around[0][0])] if all(around) else None

    def absent(self, work: Work) -> Answer:
        """An answer for a work that the matcher does not see in the text; words among other words name none."""
        standing = written(self.offer.body, work)
        if standing:
            return Answer(work, "off" if work.policy == "off" else "named", 0.0, (), _outer(standing), among_words=True)
        looked = spellings(work)
        return Answer(work, "absent", 0.0, lookups=looked, near=nearest(self.offer.body, work))

    def _judged(self, work: Work, match: Match) -> Answer:
        verdict: Verdict = "below"
        if match.score >= self.matcher.threshold:
            verdict = "hit"
        elif match.score >= self.matcher.review:
            verdict = "review"
        changes = () if verdict == "hit" else tuple(self._changes(work, match.spans[0], match.reasons, match.score))
        return Answer(work, verdict, match.score, match.reasons, match.spans, changes)

    def _changes(
        self, work: Work, span: tuple[int, int], reasons: Sequence[Reason], score: float = 0.0
    ) -> Iterator[Change]:
        if work.policy == "review":
            return
        yield from self._additions(work, span, reasons)
        # Under a strict policy the lack of proofs is what holds it back, whatever else is said.
        for one in reasons if work.policy == "default" else ():
            if one.weight <= _HOLDS_BACK and one.rule not in _LACKS and not one.rule.endswith("-alone"):
                without = _without(score, one.weight)
                if without >= self.matcher.threshold:
                    yield Change((), one.rule, round(without, 4))

    def _additions(self, work: Work, span: tuple[int, int], reasons: Sequence[Reason]) -> Iterator[Change]:
        rules = {one.rule for one in reasons}
        possible: list[Addition] = []
        if work.year is not None and "year-agrees" not in rules:
            possible.append("year")
        if work.creators and "creator-named" not in rules:
            possible.append("person")
        if work.publishers and "publisher-named" not in rules:
            possible.append("publisher")
        if told(work.identifiers) and not any(name.startswith("identifier-") for name in rules):
            possible.append("identifier")
        if not self.offer.targets:
            possible.append("link")
        enough: list[set[Addition]] = []
        for size in (1, 2, 3):
            for additions in combinations(possible, size):
                if any(smaller <= set(additions) for smaller in enough):
                    continue
                score = self._with(work, span, bool(rules & set(_LONGER)), additions)
                if score >= self.matcher.threshold:
                    enough.append(set(additions))
                    yield Change(additions, None, score)

    def _with(self, work: Work, span: tuple[int, int], longer: bool, additions: Sequence[Addition]) -> float:
        """The score of the same text with the additions written into it, where listings have them."""
        text, end = self.offer.body, span[1]
        more = f" ({work.year})" if "year" in additions else ""
        more += f" - {work.creators[0]}" if "person" in additions else ""
        more += f", {work.publishers[0]}" if "publisher" in additions else ""
        more += f" [{told(work.identifiers)[0]}]" if "identifier" in additions else ""
        stop = text.find("\n", end)
        stop = len(text) if stop < 0 else stop
        # Words that go on after the title stay beside it: they are what makes it another title.
        at = stop if longer else end
        at = at if "year" in additions else stop
        link = f"\n{_ADDRESS}\n" if "link" in additions else ""
        text = text[:at] + more + text[at:stop] + link + text[stop:]
        offer = replace(self.offer, body=text, targets=targets.find(Passage(text)))
        return max((one.score for one in self.matcher.match(offer) if one.work_id == work.work_id), default=0.0)


def _outer(spans: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """The spans that lie in no other."""
    return tuple(
        one for one in dict.fromkeys(spans) if not any(o != one and o[0] <= one[0] and one[1] <= o[1] for o in spans)
    )


def _without(score: float, weight: float) -> float:
    score = min(max(score, 1e-9), 1 - 1e-9)
    return 1 / (1 + math.exp(-(math.log(score / (1 - score)) - weight)))


def as_dict(found: Examination, answer: Answer) -> dict[str, Any]:
    """One line of `works test --json`."""
    from crawler.store.listings import reason_facts
    from crawler.wording.reasons import say_reason

    reasons = []
    for reason in answer.reasons:
        facts = reason_facts(reason)
        inside = reason.span is not None and reason.where == "body"
        facts["text_zh"] = say_reason(facts, "zh")
        facts["quote"] = found.text[slice(*reason.span)] if inside and reason.span else None
        facts["place"] = list(place_of(found.text, reason.span[0])) if inside and reason.span else None
        reasons.append(facts)
    return {
        "work": answer.work.work_id,
        "title": answer.work.title,
        "policy": answer.work.policy,
        "verdict": answer.verdict,
        "score": answer.score,
        "threshold": found.threshold,
        "review": found.review,
        "spans": [list(span) for span in answer.spans],
        "reasons": reasons,
        "would_decide": [
            {"add": list(change.add), "without": change.without, "score": change.score} for change in answer.changes
        ],
        "looked_for": None if answer.lookups is None else {form: list(one) for form, one in answer.lookups.items()},
        "nearest": None if answer.near is None else {"text": answer.near.written, "spelling": answer.near.spelling},
    }


def place_of(text: str, at: int) -> tuple[int, int]:
    """The line and the column of a character, both counted from 1."""
    return text.count("\n", 0, at) + 1, at - (text.rfind("\n", 0, at) + 1) + 1
