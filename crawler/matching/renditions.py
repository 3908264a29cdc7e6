"""Songs of an album that others play: covers, tributes and arrangements that bear the name of the album."""

import re
from collections.abc import Iterator

from crawler.matching.evidence import Evidence, rule
from crawler.matching.surroundings import Surroundings
from crawler.model import Work
from crawler.text import spelled

BY_OTHERS = -6.5
_STYLE = r"(?:piano|string|strings|string quartet|jazz|dub|reggae|ska|metal|acoustic|guitar|lo-?fi|8-?bit|chiptune|orchestral|symphonic|lullaby|bluegrass|folk|punk|a ?cappella|organ|harp|brass|ukulele|bossa(?: nova)?|synth\w*|vaporwave|nightcore|choral|choir|instrumental|steel drum|marimba|cello|violin|cappella|techno|lounge)"
_PARTS = r"(?:(?:all|every|each|the|some|most|several|a few|of|whole|entire|complete|full|songs?|tracks?|tunes?|pieces?|music|album|record|from|off|on|in|\d+) )*"
_MADE = r"(?:covers?|cover versions?|renditions?|arrangements?|remixes|reworkings?|re-?imaginings?|reinterpretations?|transcriptions?)"
_AHEAD = re.compile(
    rf"(?<![\w'’])(?:{_MADE} (?:of|from) {_PARTS}|{_STYLE} (?:versions?|takes?|interpretations?) (?:of|on) {_PARTS}|(?:tribute|homage) to [^.!?\n|]{{0,40}}?)[\"'“‘«]?$"
)
_BEHIND = re.compile(
    rf"[\"'”’»]?(?: \([^()\n]{{1,20}}\))?,?(?: songs?| tunes?| tracks?| album)? (?:re-?imagined|re-?interpreted|reworked|covered|rearranged|redone|transcribed)(?: (?:in|as|for) (?:\w+ ){{0,3}}?)? ?(?:by|in|as|for)\b"
    rf"|[\"'”’»]? (?:\w+ ){{0,2}}?(?:tribute|{_STYLE} (?:covers?|versions?|renditions?))\b|[\"'”’»]? (?:songs|tunes|tracks) (?:as |in |on |for )?(?:an? )?{_STYLE}\b"
)


def rendition_rules(near: Surroundings, work: Work) -> Iterator[Evidence]:
    """What is given are the songs of a watched album as others play them."""
    if work.kind != "music":
        return
    text = near.view.text
    behind = _BEHIND.match(text, near.last)
    if behind and any(spelled(name) in spelled(text[behind.end() : behind.end() + 40]) for name in work.creators):
        behind = None
    found = behind or _AHEAD.search(text[: near.first])
    if found:
        span = near.view.span(*found.span())
        yield rule("fanwork", BY_OTHERS, span, words=near.page.raw[slice(*span)].strip())
