"""Words against in remarks on something beside the copy: an extra, what copies are put on, another version, genuine goods."""

import re

from crawler.matching.confessed import GOODS, is_confessed, stands_against_file
from crawler.matching.spread import Said
from crawler.matching.surroundings import Surroundings

LEFT = 0.15
_LEFT_UNOFFERED = 0.6
_NEAR = 24
# "The podcast as an extra track": what comes along.
_AS_EXTRA = re.compile(
    r"^ ?(?:(?:episodes?|tracks?|series) )?(?:(?:as|is|are|in|on) (?:an? |the |my )?(?:extras?|bonus(?:es)?|second|separate|third|additional|side)\b|included\b|(?:audio )?tracks?\b|thrown in\b)"
)
# "[locked: 1 reply]": a block that is shown to those who answer.
_WITHHELD = re.compile(r"\[$")
# "No, not the new one, stop asking": another version is refused.
_NOT_THAT = re.compile(
    r"(?i)\b(?:not|isn['’]?t) (?:the |that )?(?:\w+ )?(?:new\w*|old\w*|other|original|remake|reboot|(?:19|20)\d\d|20\d0s|fx|bbc|netflix|us|uk|american|british|film|movie|series|show|game|book|anime|live[- ]action)\b[^.!?\n]{0,40}$"
)
_OWNED = re.compile(r" (?:my|our|your|ur|his|her|their|all|these)(?: \w+)? $")
_CARRIED = re.compile(r"^ ?(?:\w+ )?(?:drive|stick|usb|hdd|ssd|disk|disc|blanks?|card|external|pendrive|flash)")
_OF_SOUND = re.compile(r"(?:audio|sound|dub|dubs|track|tracks|commentary)(?: \w+)? $")
# "Thread locked until 5 replies": it opens to those who answer.
_UNTIL = re.compile(r"^ ?(?:until|till|til|unless|for guests|for (?:new|unregistered|non)|to guests|behind|below)\b")
# "Even films in cinemas": what all of a box holds.
_RUNNING = re.compile(
    r" (?:films|movies|stuff|things|releases|titles|ones|everything)(?: \w+){0,2}(?: (?:in|at|from|on))?(?: the)? $"
)
_SENDER = re.compile(r"\s?[(\[](?:[\w+]{2,12}(?: \w{1,10})?\s?[/,&+]\s?)?$")
_COUNTED = re.compile(r"\s?(?:[/,&+][^()\[\]\n]{0,24})?[)\]]")


def _is_sender(word: Said, near: Surroundings) -> bool:
    """The word stands in brackets right behind the title, which name who sent it first and how many parts it has."""
    raw = near.page.raw
    if not 0 <= word.start - near.place.end <= _NEAR:
        return False
    return _SENDER.fullmatch(raw, near.place.end, word.start) is not None and _COUNTED.match(raw, word.end) is not None


def remark(group: str, word: Said, near: Surroundings, ahead: str, firm: int) -> float | None:
    """What such a remark leaves of a word's weight; None when it is none."""
    raw, place = near.page.raw, near.place
    if group in GOODS and (is_confessed(near.page) or stands_against_file(word, raw, place.start, place.end)):
        return LEFT
    if group in ("programme", "licensed") and firm + near.release > 0 and _is_sender(word, near):
        return LEFT
    if group == "programme" and _RUNNING.search(ahead):
        return LEFT
    if group in ("review", "news") and word.start > place.end and _AS_EXTRA.match(word.behind):
        return LEFT if firm or near.release else _LEFT_UNOFFERED
    if (
        (group == "moderation" and _WITHHELD.search(raw, max(0, word.start - 1), word.start))
        or (group == "trailer" and word.text in ("clip", "clips") and _OWNED.search(ahead))
        or (group == "programme" and word.text.startswith("bring your own") and _CARRIED.match(word.behind))
        or (group == "moderation" and word.text.endswith(("locked", "hidden", "closed")) and _UNTIL.match(word.behind))
        or (group == "not-shared" and word.text.endswith("asking") and _NOT_THAT.search(raw, 0, word.start))
        or (group == "subtitles" and word.text.startswith("resync") and _OF_SOUND.search(ahead))
    ):
        return 0.0
    return None
