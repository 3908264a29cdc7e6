"""Texts in which a copy is used, not given: what machines write of it, and questions about one's own.

The name of a release is an offer where people list what they give. In a log, a command, a test or
a question to other users it is the name of somebody's own file.
"""

import re
from collections.abc import Collection, Iterator
from functools import lru_cache

from crawler.matching.evidence import Evidence, rule
from crawler.matching.handed import HANDED
from crawler.matching.page import Page
from crawler.matching.programs import by_machine
from crawler.matching.surroundings import Surroundings

MACHINE, HELP = -6.5, -5.0
_HANDED = frozenset(
    (
        "target",
        "player",
        "hidden-block",
        "address",
        "invitation",
        "channel",
        "payment",
        "price",
        "words-of-sale",
        "says-has",
        "says-given",
        "who-wants",
        "selling",
        *HANDED,
    )
)
"""Rules that say that something is handed to others; the name of a file, its size and a form do not."""
_TRADED = frozenset(("price", "payment", "selling", "channel"))
"""Of these, those that a question about one's own copy may have as well."""
_THINGS = frozenset(
    (
        "release-name",
        "file-size",
        "file-named",
        "form-named",
        "carrier",
        "storage",
        "record",
        "own-copy",
        "unlocked",
        "sharing-site",
        "whole-of-it",
        "free-of-charge",
        "season-or-episode",
        "tongue-named",
        "selling",
        "delivery",
        "discs",
        "payment",
    )
)
"""Rules that name the copy itself, what it is on or how it comes; words of offers alone do not."""
_LITTLE, _ACT = 0.7, 1.2
TOLD = -2.2
_MANY_PLAIN, _SHARE_PLAIN, _SENTENCES = 12, 0.28, 2
_WORDS = re.compile(r"[^\W\d_]+(?:['’]\w+)?")
_PLAIN = frozenset((
    "is", "are", "was", "were", "that", "which", "to", "it", "if", "how", "when", "than", "then", "but", "because", "so", "as", "my", "i", "we", "they", "he", "she", "his",
    "her", "their", "its", "has", "have", "had", "not", "been", "would", "could", "should", "will", "said", "about", "after", "before", "the", "a", "an", "of", "in", "on", "for", "with",
    "from", "at", "by", "this", "no", "only", "you", "your", "me", "us", "our", "there", "here", "or", "and", "be", "do", "don't", "who", "what", "where", "ist", "sind", "war",
    "und", "nicht", "mit", "auf", "für", "das", "die", "der", "den", "dem", "des", "ein", "eine", "von", "zu", "im", "ich", "wir", "sie", "er", "es", "dass", "wenn", "als",
    "auch", "noch", "nur", "hat", "haben", "wird", "le", "la", "les", "un", "une", "et", "est", "sont", "dans", "pour", "avec", "que", "qui", "sur", "pas", "je", "nous", "vous",
    "il", "elle", "du", "au", "ce", "cette", "ne", "par", "plus", "el", "los", "las", "una", "y", "son", "en", "para", "con", "por", "se", "del", "al", "lo", "mi",
    "su", "como", "pero", "más", "gli", "uno", "e", "è", "sono", "di", "che", "per", "non", "si", "della", "nel", "ma", "anche", "o", "os", "um", "uma", "não", "com",
    "dos", "mas", "seu", "и", "в", "не", "на", "что", "с", "по", "как", "это", "но", "из", "у", "за", "от", "для", "мы", "я", "он", "она", "они", "был",
    "была", "было", "все", "его", "ее", "w", "nie", "na", "że", "się", "z", "jest", "jak", "ale", "od", "za", "po", "dla", "był", "była", "ve", "bir", "bu", "da",
    "de", "için", "ile", "ama", "çok",
))  # fmt: skip
"""Words of grammar in several languages."""
_STOP = re.compile(r"[^\W\d_]{2,}[,;)'\"”’]*[.!?](?=\s|$)")
_LISTED = re.compile(r"(?i)\bindex of /|\bopen dir|\bdirectory listing|\bannounce\b|\bparent directory")
_ASKED = re.compile(
    r"(?i)\b(?:why (?:does|do|is|are|did|won'?t|can'?t|would)|how (?:do|can|should|would) (?:i|you|we|one)|how to (?:fix|get|stop|make|force|convert|split|set)|what am i|what'?s wrong|what (?:setting|crf|bitrate|preset|profile|codec|player|flag|option)|"
    r"what (?:do|did|would) (?:you|you guys|you folks|people)\b[^?\n]{0,30}\buse|any(?:one|body)? else\b|any (?:idea|ideas|setting|settings|fix|fixes|tips|advice|way|workaround|clue|thoughts|suggestions|help)|has any(?:one|body)|did any(?:one|body)|does any(?:one|body) know|anyone know|anybody know|"
    r"any(?:one|body) (?:had|seen|run into|managed|tried|fixed|solved|got it)|is there (?:a|any|some) (?:flag|setting|way|option|fix|trick|workaround|tool|script|plugin|preset|patch)|is (?:it|this) (?:just me|normal|my|a bug|the disc)|am i (?:missing|doing)|should i\b|do i (?:need|have)|can i (?:get|make|fix|stop|force|use)|is mine|or is it)"
)
_QUESTION = re.compile(r"[^.!?\n]{0,80}\?(?=\s|$)")
_OWN = re.compile(
    r"(?i)(?<![\w'])(?:my|mine|our|i|i'm|i've|we|me)(?![\w])(?! (?:can send|have it|will send|share|upload|put it))"
)
_FAULT = re.compile(
    r"(?i)\b(?:stutter\w*|freez\w+|crash\w*|stops? (?:at|after|working)|stuck|loops?|black screen|green line|no sound|out of sync|wrong (?:show|film|movie|page|order|colou?rs?|match|book)|won'?t (?:play|open|start|load|install|match|show)|doesn'?t (?:play|open|start|load|install|match|show|work)|can'?t (?:play|open|get)|keeps? \w+ing|fails?|failing|error|artifacts?|artefacts?|buffer\w*|drops? (?:frames|out)|goes to sdr|no luck|renamed|firmware|drivers?|transcod\w+|re-?encod\w+|metadata|convert\w*|ripped my own|settings?|scratch\w*|clicks?|skips|e_\w+|subtitles? (?:missing|offset)|judder|banding|lag\w*)\b"
)
_TO_OTHERS = re.compile(
    r"(?i)\b(?:help yoursel\w+|grab (?:it|them)|if (?:you|any(?:one|body)) (?:want|need|like)s?|(?:any(?:one|body)|who(?:ever)?|those who|people who) (?:wants?|needs?|still (?:looking|need|want)\w*)|dm me|pm me|ask me|in dm|write me|i (?:can|will|could) (?:send|share|upload|give|burn|copy)|up for grabs|enjoy|here you go|all (?:\w+ )?are up|take (?:it|them))\b"
)
_LONGEST, _SHORT = 6000, 400


def own_use_rules(near: Surroundings, found: Collection[Evidence]) -> Iterator[Evidence]:
    """Against a title in what a machine wrote, or in a question about the writer's own copy, where nothing is handed to others."""
    page, place = near.page, near.place
    if len(page.raw) > _LONGEST or page.offer.targets:
        return
    named = {one.rule: one.weight for one in found if one.weight > 0}
    handed = named.keys() & _HANDED
    if handed - _TRADED:
        return
    things = any(one in _THINGS and (one != "release-name" or weight >= _LITTLE) for one, weight in named.items())
    # A form that is named and an act of handing on make an offer together.
    things = things or "channel" in named or ("release-name" in named and named.get("act-of-sharing", 0.0) >= _ACT)
    if not things and place.field.where == "body" and _is_told(page):
        yield rule("told-only", TOLD, (place.start, place.end))
    if _hands_on(page):
        return
    line = page.raw[near.line.start : near.line.start + len(near.line.raw)]
    span = (place.start, place.end)
    if not handed and not _is_listed(page) and by_machine(page, line, page.raw[near.line.start : place.start]):
        yield rule("machine-record", MACHINE, span, words=line.strip()[:40])
        return
    asked = _asked(page, not handed)
    if asked is not None and not _of_what_was_given(page, place.start, asked[0]):
        yield rule("help-sought", HELP, asked, words=page.raw[slice(*asked)].strip())


def _of_what_was_given(page: Page, title: int, asked: int) -> bool:
    """Whether who asks does so below another's post that holds the title; a heading names what its whole thread is about."""
    own = page.segments.of(title)
    return own.kind != "heading" and own.post != page.segments.of(asked).post


@lru_cache(maxsize=4)
def _hands_on(page: Page) -> bool:
    return _TO_OTHERS.search(page.raw) is not None


@lru_cache(maxsize=4)
def _is_listed(page: Page) -> bool:
    return _LISTED.search(page.raw) is not None


@lru_cache(maxsize=4)
def _asked(page: Page, bare: bool) -> tuple[int, int] | None:
    """Where a page asks about a fault of the writer's own copy; on a short one that trades nothing any question will do."""
    if "?" not in page.raw or not _FAULT.search(page.raw) or not _OWN.search(page.raw):
        return None
    asked = _ASKED.search(page.raw) or (_QUESTION.search(page.raw) if bare and len(page.raw) <= _SHORT else None)
    return asked.span() if asked else None


@lru_cache(maxsize=4)
def _is_told(page: Page) -> bool:
    """Whether a page is running text of sentences, held together by words of grammar."""
    words = [word.lower() for word in _WORDS.findall(page.raw)]
    plain = sum(word in _PLAIN for word in words)
    return (
        plain >= _MANY_PLAIN
        and plain >= _SHARE_PLAIN * len(words)
        and sum(1 for _ in _STOP.finditer(page.raw)) >= _SENTENCES
    )
