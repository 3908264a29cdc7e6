"""What the landing page of a target says of the copy's state, by signs and never by a guess."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlsplit

from crawler.targets.shown import Shown
from crawler.targets.signs import Shows, Sign, signs_of

State = Literal[Shows, "file", "forwards", "not-visited"]
"""What is known of a target: ``file`` says that a file answers there, ``forwards`` that it leads to another target,
``unknown`` that nothing speaks, ``not-visited`` that it was not asked."""
GONE = ("dead", "removed", "geo-blocked")
_LONGEST = 200
_SIZE = re.compile(r"(?<![\w.])\d{1,4}(?:[.,]\d{1,3})? ?(?:[KMGT]i?B|[кмг]б|[KMGT]o)(?![\w/])", re.IGNORECASE)
_RULE = re.compile(
    r"\b(?:will|may|might|can|could|would|shall) be\b|\b(?:are|is|gets?) (?:\w+ )?(?:deleted|removed|disabled|blocked|taken down)\b(?=[^.!?]{0,40}\b(?:after|if|when|on|once|upon|within)\b)"
    r"|\b(?:if|when|once|whenever|should|any|every|all|files? that|those (?:who|that)|in case)\b|\b(?:your|the) ip\b|\bsince \d{4}\b"
    r"|严禁|嚴禁|禁止上传|请勿|請勿|如有|如果|如发现|若|一经|一經|将被|將被|会被|會被|将会|举报|舉報|投诉请|发现后|凡是?",
    re.IGNORECASE,
)
"""How a page tells its rules, or of another thing than this copy; what has happened to this one is told without them."""
_SENTENCE_ENDS = re.compile(r"[.!?。！？](?=\s|$|[^\x00-\x7f])|[\n|]")
_OF_NAME = re.compile(r"的[\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class Answered:
    """What came back from a landing page's address, at the end of its redirects."""

    url: str
    status: int
    text: str | None
    """The page, decoded; None for what is no page of HTML, which nobody has read."""
    kind: str = ""
    """Content type, lower case, without parameters."""
    may_be_work: bool = False
    """What answers may be the copy itself."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """A state, and by which sign."""

    state: State
    by: str
    """``words``, ``status``, ``address``, ``form``, ``type``, ``conflict`` or ``nothing``."""
    facts: dict[str, Any] = field(default_factory=dict)
    """The words, the status, the address that say it; the family whose sign it is."""


def judge(answered: Answered, family: str | None) -> Verdict:
    """The state of a target by the signs of its family, else by those for every host."""
    shown = Shown(answered.text) if answered.text is not None else None
    if shown is None and answered.may_be_work and 200 <= answered.status < 300:
        return Verdict("file", "type", {"type": answered.kind, "status": answered.status})
    if family is not None and (own := _first(signs_of(family), answered, shown)):
        return own
    found = _first(signs_of(None), answered, shown)
    if found is None:
        return Verdict("unknown", "nothing", {"status": answered.status, "type": answered.kind})
    if found.by == "words" and found.state in GONE and shown is not None:
        alive = _first((sign for sign in signs_of(None) if sign.state == "live"), answered, shown)
        size = _SIZE.search(shown.page)
        if alive is not None or size is not None:
            there = alive.facts.get("words") if alive is not None else None
            return Verdict(
                "unknown", "conflict", {"gone": found.facts.get("words"), "there": there or (size and size[0])}
            )
    return found


def _first(signs: Iterable[Sign], answered: Answered, shown: Shown | None) -> Verdict | None:
    return next((verdict for sign in signs if (verdict := _read(sign, answered, shown))), None)


def _read(sign: Sign, answered: Answered, shown: Shown | None) -> Verdict | None:
    """What a sign says of an answer; None where it is not there."""
    if answered.status not in sign.status if sign.status else answered.status >= 500:
        return None
    facts: dict[str, Any] = {"status": answered.status}
    by = "status"
    if sign.paths:
        parts = urlsplit(answered.url)
        tail = f"{parts.path}?{parts.query}" if parts.query else parts.path
        if not any(pattern.search(tail) for pattern in sign.paths):
            return None
        by, facts["address"] = "address", answered.url
    if sign.selector is not None:
        if shown is None or shown.root is None or not sign.selector(shown.root):
            return None
        by = "form"
    if sign.words:
        words = _words(sign, shown) if shown is not None else None
        if words is None:
            return None
        by, facts["words"] = "words", words
    if sign.family:
        facts["family"] = sign.family
    return Verdict(sign.state, by, facts)


def _words(sign: Sign, shown: Shown) -> str | None:
    texts = {"message": shown.messages, "page": (shown.page,), "source": (shown.source,)}[sign.where]
    for text in texts:
        for pattern in sign.words:
            for found in pattern.finditer(text):
                if sign.state in GONE and _is_rule(text, found):
                    continue
                around = text if len(text) <= _LONGEST else text[max(0, found.start() - 60) : found.end() + 60]
                return around[:_LONGEST] if sign.where != "source" else found[0][:_LONGEST]
    return None


def _is_rule(text: str, found: re.Match[str]) -> bool:
    """Whether words of loss stand in a sentence that tells a rule, or begin a name that goes on behind them."""
    first = max((end.end() for end in _SENTENCE_ENDS.finditer(text, 0, found.start())), default=0)
    after = _SENTENCE_ENDS.search(text, found.end())
    sentence = text[first : after.start() if after else len(text)]
    return _RULE.search(sentence) is not None or _OF_NAME.match(text, found.end()) is not None
