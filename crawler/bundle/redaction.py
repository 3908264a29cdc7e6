"""Redacting a text: every match of every rule becomes a mark, and the same value always the same mark."""

import binascii
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from crawler.bundle import redaction_kinds, redaction_literal, redaction_readings, redaction_users
from crawler.bundle.redaction_kinds import CREDENTIALS, PERSONAL, SECRET_HEADERS, SECRET_NAME, USER_NAME
from crawler.bundle.redaction_readings import Reading
from crawler.bundle.redaction_rules import Rule
from crawler.bundle.redaction_view import View, views

LOOK_ALIKE = "look-alike"
"""Words of a page that would pass for one of our marks."""
_LOOK_ALIKE = re.compile(r"\[REDACTED")
_MARK = re.compile(r"\[REDACTED [^\[\]]{1,40} \d{1,9}\]")
_CERTIFICATE, _CERTIFICATE_END = "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"
PASSES = 50
LOCATORS = frozenset({"url", "page_url", "via", "redirect_to", "final_url", "target_uri"})
"""Members that say where something stands: of the built-in kinds only credentials are hidden there."""

FACTS = frozenset(
    {"sha256", "sha512", "block_sha256", "chain_sha256", "certificate_sha256", "listing_sha256", "seal_sha256", "id", "hash",
     "prev", "leaf", "proof", "exhibit", "exchange", "exchanges", "capture", "hit", "hit_id", "work", "work_id", "run",
     "decision", "decision_id", "utc", "mono_ns", "monotonic_ns", "started", "finished", "first_byte", "captured", "made",
     "peer", "resolved", "address", "observed", "posted_at", "posted_by", "decided_by", "decided_at", "system_user",
     "system_host", "file", "links", "site", "access_codes", "target_urls", "target_objects", "target_kinds", "server_address",
     "request_sha256", "response_sha256", "entity_sha256", "screenshot_sha256", "warc_file", "collector", "targets", "seen_first", "seen_last", "rule", "rules_version", "tls"}
)  # fmt: skip
"""Members that are the record's own facts, or the offer itself: only what a rule names word by word is redacted there."""


Asked = bool | Literal["credentials"]


@dataclass(slots=True)
class Marks:
    """Gives each value its mark: numbered by kind, in the order of finding."""

    _numbers: dict[tuple[str, str], int] = field(default_factory=dict)
    _last: Counter[str] = field(default_factory=Counter)

    def of(self, kind: str, value: str) -> str:
        """The mark of a value."""
        plain = re.sub(r"[^\d+]", "", value) if kind == "phone" else " ".join(value.split())
        key = (kind, plain.casefold())
        if key not in self._numbers:
            self._last[kind] += 1
            self._numbers[key] = self._last[kind]
        return f"[REDACTED {kind} {self._numbers[key]}]"


@dataclass(frozen=True, slots=True)
class Redacted:
    """A text after redaction: pieces ``(start, end, mark)`` of the raw one, in order; mark None for what stays."""

    raw: str
    pieces: tuple[tuple[int, int, str | None], ...]

    @property
    def text(self) -> str:
        """What remains, with its marks."""
        return "".join(self.raw[start:end] if mark is None else mark for start, end, mark in self.pieces)

    @property
    def changed(self) -> bool:
        """Whether anything was redacted."""
        return any(mark is not None for _, _, mark in self.pieces)

    def moved(self, start: int, end: int) -> tuple[int, int] | None:
        """Where a span of the raw text lies now; None when a part of it is gone."""
        place = 0
        found: list[int] = []
        for low, high, mark in self.pieces:
            if mark is None:
                if low <= start and end <= high:
                    found = [place + start - low, place + end - low]
                place += high - low
            else:
                place += len(mark)
        return (found[0], found[1]) if found else None


@dataclass(slots=True)
class Redactor:
    """Redacts for one exhibit by its rules."""

    rules: Sequence[Rule]
    marks: Marks
    protected: Sequence[str] = ()
    """The offer's own targets and access codes: no built-in kind touches them."""
    names: Sequence[str] = ()
    """The page's users but for the poster."""
    kept: frozenset[str] = frozenset()
    """Names that stay, case folded: the poster's, and those of the works."""
    counts: Counter[str] = field(default_factory=Counter)
    """Kind -> marks made since it was last emptied."""
    _patterns: list[tuple[str, re.Pattern[str], bool]] = field(init=False)
    _kinds: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        self._patterns = [(LOOK_ALIKE, _LOOK_ALIKE, False)]
        for rule in self.rules:
            self._patterns += [(rule.name, one, False) for one in redaction_literal.patterns(rule.literals)]
            self._patterns += [(rule.name, rule.pattern, False)] if rule.pattern else []
        self._kinds = tuple(dict.fromkeys(kind for rule in self.rules for kind in rule.kinds))
        if USER_NAME in self._kinds:
            for name in sorted(self.names, key=lambda name: (-len(name), name)):
                self._patterns.append((USER_NAME, redaction_users.name_pattern(name), True))

    def text(self, raw: str, markup: bool = False, built_in: Asked = True) -> Redacted:
        """Redact until no rule matches any piece that stays.

        `built_in` False asks only what rules name word by word, ``credentials`` those kinds besides.
        """
        pieces: list[tuple[int, int, str | None]] = [(0, len(raw), None)]
        before = Counter(self.counts)
        for _ in range(PASSES):
            changed = False
            following: list[tuple[int, int, str | None]] = []
            for start, end, mark in pieces:
                hidden = [] if mark is not None else self._hide(raw[start:end], markup, built_in)
                changed |= bool(hidden)
                place = start
                for low, high, made in hidden:
                    following += [(place, start + low, None)] if place < start + low else []
                    following.append((start + low, start + high, made))
                    place = start + high
                if mark is not None or place < end:
                    following.append((place, end, mark))
            pieces = following
            if not changed:
                break
        else:
            # A pattern that matches every rest anew leaves nothing in the end.
            self.counts.clear()
            self.counts.update(before)
            pieces = [(0, len(raw), self._mark("text", raw))]
        return Redacted(raw, tuple(pieces))

    def matches(self, raw: str, markup: bool = False, built_in: Asked = True) -> Counter[str]:
        """Kinds that a text holds, and how often; nothing is counted as redacted, and no mark is given."""
        return Counter(kind for kind, *_ in self._search(raw, markup, built_in) if kind != LOOK_ALIKE)

    def bytes_hold(self, data: bytes) -> Counter[str]:
        """Names of rules whose literal bytes hold in some charset, also where no decoder finds it."""
        return Counter(rule.name for rule in self.rules if redaction_literal.in_bytes(rule.literals, data))

    def asked(
        self, data: bytes, head: bytes = b"", markup: bool = False, built_in: Asked = True
    ) -> Counter[str] | None:
        """Kinds that bytes hold in any reading; None when they hold none that is seen, and cannot be read.

        A reading that most probably is none is asked for literals alone: in it anything may look like a number.
        """
        reading = redaction_readings.read(data, head)
        found = self.asked_otherwise(data, reading, markup, built_in)
        if reading.text is not None:
            found |= self.matches(reading.text, markup, built_in)
        return found if found or reading.text is not None else None

    def asked_otherwise(self, data: bytes, reading: Reading, markup: bool, built_in: Asked = True) -> Counter[str]:
        """Kinds that bytes hold in all but the most probable reading; `data` may be what stays of those that were read."""
        found = self.bytes_hold(data)
        asked = self._named if reading.certain else self
        if reading.certain and not asked.rules:
            return found
        for other in reading.others_of(data):
            found |= asked.matches(other, markup, built_in)
        return found

    def asked_anyhow(self, data: bytes, markup: bool = False, built_in: Asked = True) -> Counter[str]:
        """Kinds that bytes hold in any reading, be they a text or not."""
        found = self.bytes_hold(data)
        for text in redaction_readings.every(data):
            found |= self.matches(text, markup, built_in)
        return found

    def hides(self, kind: str) -> bool:
        """Whether a rule names a built-in kind."""
        return kind in self._kinds

    def certified(self, text: str) -> bool:
        """Whether a certificate among the text (PEM) holds a literal, in its subject say."""
        blocks = (piece.partition(_CERTIFICATE_END) for piece in text.split(_CERTIFICATE)[1:])
        return any(self.names_in(_der(body)) for body, end, _ in blocks if end)

    def names_in(self, data: bytes) -> bool:
        """Whether bytes hold a literal; patterns and kinds are not asked, since hashes look like anything."""
        return bool(self._named.asked_anyhow(data, built_in=False))

    @property
    def _named(self) -> "Redactor":
        """Asks for literals alone."""
        rules = [replace(rule, kinds=(), pattern=None) for rule in self.rules if rule.literals]
        return Redactor(rules, self.marks)

    def value(self, value: Any, built_in: Asked = True) -> Any:
        """Redact every text of a JSON value."""
        if isinstance(value, str):
            if _CERTIFICATE in value and self.certified(value):
                return self._mark("text", value)
            made = self.text(value, markup="<" in value, built_in=built_in)
            return self._mark("text", value) if self._misread(made, built_in) else made.text
        if isinstance(value, list):
            if len(value) == 2 and isinstance(value[0], str) and value[0].lower() in SECRET_HEADERS:
                return [value[0], self._secret("header", value[1])]
            return [self.value(one, built_in) for one in value]
        if isinstance(value, dict):
            return {self._name(name): self._member(name, member, built_in) for name, member in value.items()}
        return value

    def _misread(self, made: Redacted, built_in: Asked) -> bool:
        """Whether what stays is bytes read as Latin-1, as header fields are, that hold a match when read otherwise."""
        kept = "\x00".join(made.raw[low:high] for low, high, mark in made.pieces if mark is None)
        if kept.isascii() or max(kept) > "\xff":
            return False
        return bool(self.asked_anyhow(kept.encode("latin-1"), built_in=built_in))

    def _name(self, name: str) -> str:
        return self.text(name, built_in=False).text

    def _member(self, name: str, member: Any, built_in: Asked) -> Any:
        if name.lower() in SECRET_HEADERS:
            return self._secret("header", member)
        if SECRET_NAME.match(name):
            return self._secret("token", member)
        if name in FACTS:
            return self.value(member, False)
        return self.value(member, "credentials" if name in LOCATORS and built_in else built_in)

    def _secret(self, kind: str, value: Any) -> Any:
        """What stands under a telling name, hidden whole when that kind is to be hidden."""
        if kind not in self._kinds or value is None or isinstance(value, bool):
            return self.value(value)
        if isinstance(value, list):
            return [self._secret(kind, one) for one in value]
        return self._mark(kind, str(value))

    def _mark(self, kind: str, value: str) -> str:
        self.counts[kind] += 1
        return self.marks.of(kind, value)

    def _hide(self, raw: str, markup: bool, built_in: Asked) -> list[tuple[int, int, str]]:
        """Places to hide in one piece, in order and apart from each other, each with its mark."""
        places: list[tuple[int, int, str, str]] = []
        for kind, value, pieces in self._search(raw, markup, built_in):
            places += [(low, high, kind, value if number == 0 else "") for number, (low, high) in enumerate(pieces)]
        places.sort(key=lambda place: (place[0], -place[1]))
        hidden: list[tuple[int, int, str, str]] = []
        for low, high, kind, value in places:
            if hidden and low < hidden[-1][1]:
                if high > hidden[-1][1]:
                    first = hidden[-1]
                    hidden[-1] = (first[0], high, first[2], raw[first[0] : high])
                continue
            hidden.append((low, high, kind, value))
        # What a tag tears apart has its mark once, at its first piece.
        return [(low, high, self._mark(kind, value) if value else "") for low, high, kind, value in hidden]

    def _search(self, raw: str, markup: bool, built_in: Asked) -> Iterator[tuple[str, str, list[tuple[int, int]]]]:
        """Kind, value and raw places of every match in every reading."""
        for view in views(raw, markup):
            safe = self._safe(view, raw) if built_in else []
            for kind, pattern, shy in self._patterns:
                if shy and built_in is not True:
                    continue
                for match in pattern.finditer(view.text):
                    yield from self._found(kind, view, raw, match.start(), match.end(), safe if shy else ())
            for kind in self._kinds if built_in else ():
                if kind in CREDENTIALS or (kind in PERSONAL and built_in is True):
                    for start, end in redaction_kinds.found(kind, view.text):
                        yield from self._found(kind, view, raw, start, end, safe)

    def _found(
        self, kind: str, view: View, raw: str, start: int, end: int, safe: Sequence[tuple[int, int]]
    ) -> Iterator[tuple[str, str, list[tuple[int, int]]]]:
        if start == end:
            return
        pieces = view.pieces(raw, start, end)
        if not pieces:
            return
        low, high = pieces[0][0], pieces[-1][1]
        if not any(first <= low and high <= last for first, last in safe):
            yield kind, view.text[start:end], pieces

    def _safe(self, view: View, raw: str) -> list[tuple[int, int]]:
        """Where the offer's own targets and access codes stand."""
        found = []
        for text in self.protected:
            place = view.text.find(text)
            while place >= 0:
                pieces = view.pieces(raw, place, place + len(text))
                found += [(pieces[0][0], pieces[-1][1])] if pieces else []
                place = view.text.find(text, place + 1)
        return found


def _der(base64: str) -> bytes:
    """The bytes of a certificate; nothing where they are none."""
    try:
        return binascii.a2b_base64(base64)
    except ValueError:
        return b""


def marks_in(text: str) -> Counter[str]:
    """How many marks of each kind a derived text holds."""
    return Counter(mark[len("[REDACTED ") :].rpartition(" ")[0] for mark in _MARK.findall(text))


def protected_of(listing: Mapping[str, Any]) -> list[str]:
    """The targets and access codes of an offer, as they are and as they were written."""
    found = {
        str(link[name])
        for link in listing["links"]
        for name in ("url", "as_written", "access_code", "object")
        if link.get(name)
    }
    # Where the offer itself stands is evidence too, but for a session that the address carries.
    for name in ("url", "page_url"):
        if listing.get(name) and not any(pattern.search(listing[name]) for pattern in CREDENTIALS.values()):
            found.add(listing[name])
    return sorted(found, key=lambda text: (-len(text), text))
