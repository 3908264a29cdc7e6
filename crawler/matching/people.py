"""Who made the work is named beside the title, or somebody else who made another one of its name."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

from crawler.matching.agreement import ACCEPTED
from crawler.matching.credits import other_credit
from crawler.matching.evidence import Evidence, rule
from crawler.matching.hearing import name_heard
from crawler.matching.lexicon import known, spoken
from crawler.matching.surroundings import Surroundings
from crawler.matching.typos import slip
from crawler.matching.variants import INITIALS, MIXED, PARTS, PINYIN, SOUND, TYPO
from crawler.model import Work
from crawler.text import IDEOGRAPH, class_of, fold, folded, skeleton, spelled, squeeze, words

_HEAD, _TITLE_LINE = 12, 80
_LONG_NAME, _LONG_SURNAME = 7, 5
_LONGEST_HEAD = 400
_FEWEST = 2
_BETWEEN = r"[ /|·・.*_+~-]{1,3}"


def people_rules(near: Surroundings, work: Work) -> Iterator[Evidence]:
    """A person of the work is named."""
    if near.creators:
        name, start, end = near.creators[0]
        yield rule("creator-named", 1.6, near.raw(start, end), name=name)
    elif above := _named_over_list(near, work):
        yield rule("creator-named", 1.2, above[1], name=above[0])
    elif below := _named_below(near, work):
        yield rule("creator-named", 1.2, below[1], name=below[0])
    elif asked := _named_by_asker(near, work):
        yield rule("creator-named", 1.2, asked[1], name=asked[0])
    elif near.place.form in (SOUND, PARTS, MIXED, PINYIN, INITIALS):
        hidden = name_heard(near.page, work.creators) or _name_apart(near, work.creators)
        if hidden:
            yield rule("creator-named", 1.2, hidden[1], name=hidden[0])
    elif near.place.disguise in ("leet", "symbols", "encoded") and (disguised := _disguised_name(near, work.creators)):
        yield rule("creator-named", 1.2, disguised[1], name=disguised[0])
    elif near.place.disguise in ("spaced", "symbols") and (apart := _name_apart(near, work.creators)):
        yield rule("creator-named", 1.2, apart[1], name=apart[0])
    elif near.place.form == TYPO and (misspelt := _misspelt_name(near, work.creators)):
        yield rule("creator-named", 1.2, misspelt[1], name=misspelt[0])
    elif others := list(other_credit(near, work)):
        yield from others
    elif work.creators and work.kind in ("book", "audiobook", "music"):
        yield from _other_creator(near, work)


def _named_below(near: Surroundings, work: Work) -> tuple[str, tuple[int, int]] | None:
    """A person's whole name at the head of the line below a title that has its line to itself, as records have it."""
    raw = near.page.raw
    end = near.line.start + len(near.line.raw)
    if work.kind not in ("book", "audiobook", "music") or near.first > _HEAD or end - near.line.start > _TITLE_LINE:
        return None
    line = raw[end + 1 : end + 1 + _HEAD + _TITLE_LINE].split("\n", 1)[0]
    view = fold(line)
    for name in work.creators:
        at = view.text.find(folded(name))
        if 0 <= at <= _HEAD:
            low, high = view.span(at, at + len(folded(name)))
            return name, (end + 1 + low, end + 1 + high)
    return None


def _named_over_list(near: Surroundings, work: Work) -> tuple[str, tuple[int, int]] | None:
    """A person's whole name over the list that the title is an item of, beside a form that fits."""
    segments, place = near.page.segments, near.place
    if place.field.where != "body" or segments.of(place.start).kind != "item":
        return None
    own = segments.of(place.start)
    heads = [segments.parts[0], *(segments.parts[at] for at in (segments.intro(place.start),) if at is not None)]
    for head in heads:
        if head.post != own.post or head.kind not in ("heading", "text") or head.end - head.start > _LONGEST_HEAD:
            continue
        view = words(fold(near.page.raw[head.start : head.end]))
        accepted = ACCEPTED.get(work.kind or "", set())
        if all(word.groups.isdisjoint(accepted) for word in spoken(view.text)):
            continue
        for name in work.creators:
            wanted = spelled(name)
            at = view.text.find(wanted if class_of(wanted[:1]) == IDEOGRAPH else f" {wanted} ") if wanted else -1
            if at >= 0:
                low, high = view.span(at, at + len(wanted) + 1)
                return name, (head.start + low, head.start + high)
    return None


_ASKED_OF = re.compile(
    r"(?i)\b(?:album|record|ep|lp|mixtape|book|novel|audiobook|film|movie|game|series|show|songs?|tracks?)\b"
)
_SPOKEN = re.compile(r"\s*(?:\[?\d{1,2}:\d\d[^\w]{0,3})?@?[\w.-]{1,24}\s?[:>]\s")
_LINES_ABOVE = 2


def _named_by_asker(near: Surroundings, work: Work) -> tuple[str, tuple[int, int]] | None:
    """Who made the work, by a name that stands for them alone, in what somebody asked right above in a talk of short messages."""
    raw, start = near.page.raw, near.line.start
    body = near.page.fields[1].start
    if near.place.field.where != "body" or start <= body or not _SPOKEN.match(near.line.raw):
        return None
    for _ in range(_LINES_ABOVE):
        end = start - 1
        start = raw.rfind("\n", body, end) + 1 if end > body else body
        start = max(start, body)
        line = raw[start:end]
        if not _SPOKEN.match(line) or not _ASKED_OF.search(line):
            continue
        for name in work.creators:
            parts = name.split()
            called = [name, *(part for part in (parts[0], parts[-1]) if len(parts) > 1 and len(part) >= _LONG_SURNAME)]
            for one in called:
                found = re.search(rf"(?i)(?<!\w){re.escape(one)}(?:['’]?s)?(?!\w)", line)
                if found and not known(spelled(one)):
                    return name, (start + found.start(), start + found.start() + len(one))
        if start <= body:
            break
    return None


def _disguised_name(near: Surroundings, names: tuple[str, ...]) -> tuple[str, tuple[int, int]] | None:
    """A person's whole name or surname with digits for letters, on the line of a title that is written so too."""
    letters = squeeze(near.view)
    for name in names:
        whole = skeleton(spelled(name).replace(" ", ""))
        last = skeleton(spelled(name).split(" ")[-1])
        for wanted, least in ((whole, _LONG_NAME), (last, _LONG_SURNAME)):
            at = letters.text.find(wanted) if len(wanted) >= least else -1
            if at >= 0:
                return name, letters.span(at, at + len(wanted))
    return None


def _name_apart(near: Surroundings, names: tuple[str, ...]) -> tuple[str, tuple[int, int]] | None:
    """A person's whole Chinese name with a blank or a sign behind every character, on the line of a title in disguise."""
    for name in names:
        letters = spelled(name).replace(" ", "")
        if len(letters) < _FEWEST or any(class_of(char) != IDEOGRAPH for char in letters):
            continue
        found = re.search(_BETWEEN.join(map(re.escape, letters)), near.view.text)
        if found:
            return name, near.view.span(*found.span())
    return None


def _misspelt_name(near: Surroundings, names: tuple[str, ...]) -> tuple[str, tuple[int, int]] | None:
    """A person's whole name with a slip on the title's line: who misspells a title does so with its author."""
    found = list(re.finditer(r"\S+", near.words.text))
    for name in map(spelled, names):
        count = name.count(" ") + 1
        for first in range(len(found) - count + 1):
            low, high = found[first].start(), found[first + count - 1].end()
            if count > 1 and slip(near.words.text[low:high], name):
                return name, near.raw(low, high)
    return None


# "Title - Ada Wren.epub", "Title (2016) by Ada Wren": who else made a work of this name.
_MAKER = re.compile(
    r"[\"'”’»]?(?:[ _][A-Z][\w'’]+){0,3}\s?(?:[(\[][^()\[\]\n]{1,20}[)\]])?\s?(?P<how>[-–—]|(?:,? ?[-–—(]? ?(?:the |a |an )?(?:(?:debut|new|first|second|third|latest|live|tribute) )?(?:album|ep|EP|LP|single|record|mixtape|novel|book|novella|debut|quintet|musical))? ?,? by) (?P<name>[A-Z][\w'’.-]*(?: [A-Z][\w'’.-]*){1,3})(?=\.[a-z0-9]{3,4}\b|[\s,;()\[\]|]|$)"
)


# A year or a form in brackets behind a title: the whole is the name of a release.
_NAMED_FILE = re.compile(r"(?i)[\"'”’]? ?[(\[](?:(?:19|20)\d\d|flac|mp3|320|v0|24 ?bit|alac|m4a|wav|ape|vinyl)")
# “Title” (Ada Wren): in brackets right behind a title in marks.
_MAKER_IN_BRACKETS = re.compile(r"[\"'”’»] ?(?P<how>[(\[])(?P<name>[A-Z][\w'’.-]*(?: [A-Z][\w'’.-]*){1,3})[)\]]")
# "Ada Wren - Title (2016) [FLAC]": how files of music are named.
_MAKER_AHEAD = re.compile(
    r"^\W{0,4}(?P<name>[A-Z][\w'’.]*(?: (?:(?:and|of|the|&|von|van|de) )?[A-Z][\w'’.]*){1,3}) (?P<how>[-–—]) [\"'“‘]?$"
)


def _other_creator(near: Surroundings, work: Work) -> Iterator[Evidence]:
    """Right behind the title, where its maker stands, somebody else is named and nobody of the work anywhere on the page."""
    behind = near.page.raw[near.place.end : near.line.end]
    found = _MAKER.match(behind) or (_MAKER_IN_BRACKETS.match(behind) if near.quoted else None)
    begun = near.place.end
    first = near.line.start
    if found is None and work.kind == "music" and near.place.start - first < _TITLE_LINE and _NAMED_FILE.match(behind):
        found, begun = _MAKER_AHEAD.match(near.page.raw[first : near.place.start]), first
        if found and any(known(word.rstrip("s")) for word in found["name"].lower().split()):
            # "Fresh Rips - Title": who gives it.
            return
    if found and found["how"] in "-–—" and work.kind in ("book", "audiobook") and is_track(near):
        return
    if found is None or any(near.page.find_name(name.split()[-1]) for name in work.creators if name.split()):
        return
    span = begun + found.start("name"), begun + found.end("name")
    written = re.sub(r"\.[a-z0-9]{3,4}$", "", found["name"])
    tokens = spelled(re.sub(r"^The ", "", written)).split(" ")
    if (
        len(tokens) < 2
        or any(known(token) or token.isdigit() for token in tokens)
        or tokens[0] in _NICKNAMES
        or _misspelt_name(near, work.creators)
        or any(_alike(" ".join(tokens), spelled(name)) for name in work.creators)
    ):
        return
    span = span[0], span[0] + len(written)
    yield rule("other-creator", -2.5 if found["how"] in "-–—" else -4.5, span, name=written, title=work.title)


def _alike(one: str, other: str) -> bool:
    """Two names so near to one another that a slip or another way of writing lies between them."""
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= _ALIKE


def is_track(near: Surroundings) -> bool:
    """The line names a numbered file of sound: what stands behind a title and a dash is what its chapter is called."""
    return _TRACK.match(near.page.raw[near.line.start : near.place.start]) is not None and (
        _SOUND_FILE.search(near.line.raw) is not None
    )


_TRACK = re.compile(r"\W{0,3}\d{1,3}(?:[-.]\d{1,3})?\b")
_SOUND_FILE = re.compile(r"(?i)\.(?:mp3|m4b|m4a|aac|ogg|opus|flac|wma)\b")
# "By Uncle Bob": what everybody calls a maker.
_NICKNAMES = frozenset(
    ("uncle", "aunt", "auntie", "papa", "mama", "grandpa", "grandma", "granny", "mr", "mrs", "ms", "dr", "prof", "professor", "sir", "brother", "sister", "father", "saint", "st", "captain", "king", "queen", "big", "old", "our", "good")
)  # fmt: skip
_ALIKE = 0.75
