"""Genuine sources that are named by the way: what a copy was made from, and what the reader need not pay."""

import re

from crawler.matching.spread import Said

SOURCES = frozenset(("licensed", "lending", "second-hand", "free-work"))
LEFT = 0.15
_MADE = r"rip|ripped|ripping|scan|scanned|dump|dumped|capture|captured|recorded|grabbed|pulled|copied|decrypted|stripped|extracted|digiti[sz]ed|gerippt|gescannt|kopiert|aufgenommen|mitgeschnitten|ripado|ripe|rippe|numerise|escaneado|ripeado|zgrane|nagrane|рип|записано|ripata|scansionat[oa]"
_MADE_AHEAD = re.compile(rf" (?:{_MADE})(?: \w+){{0,4}} $")
_MADE_BEHIND = re.compile(rf"^ ?(?: \w+){{0,2}} (?:{_MADE})\b")
# "Cancel your ...", "not even on ...", "cheaper than ...": the copy is given in place of it.
_SPARED = re.compile(
    r" (?:cancel|cancelled|forget|skip|screw|ditch|dump|drop|f ck|stop paying|no need for|don t need|dont need|who needs|why pay|cheaper than|instead of|not on|isn t on|isnt on|not even on|never on|no longer on|gone from|pulled from|removed from|left|before it hits|until it hits|not in|without|w o|save you|no)(?: (?:the|a|an|any|your|ur|their|that|this|for|paying|buying|having|even|other|stupid|damn|expensive|overpriced)){0,3} $"
)
_ASKED_TOO_MUCH = re.compile(
    r"^ ?(?:wants?|want|charges?|charging|asks?|asking|is asking|is charging|costs?|still wants?|took it|takes it|removed it|pulled it|dropped it|never|won t|wont|doesn t|can t|cant|hasn t|region|geo|only in|only us|(?:\w+ )?(?:translation|scan|rip|web ?rip|web ?dl|version rip|edition rip))\b"
)
_IF_LIKED = re.compile(
    r"(?:if you (?:like|love|enjoy|enjoyed|liked|can|can afford)(?: \w+){0,4}|please|and then|but do|but please|afford it|afterwards) $"
)
_FOREIGN_HANDS = re.compile(r"(?:non affiliated|third part(?:y|ies)|not (?:store|host) any|does not host|do not host)")


def named_by_the_way(word: Said, ahead: str) -> bool:
    """True of a shop, a service or a library that the copy came from, or that it spares the reader."""
    return bool(
        _MADE_AHEAD.search(ahead)
        or _MADE_BEHIND.match(word.behind)
        or _SPARED.search(ahead)
        or _ASKED_TOO_MUCH.match(word.behind.lstrip())
        or _IF_LIKED.search(ahead)
    )


def disclaims(text: str) -> bool:
    """True of a page that says, as sites of copies do, that the files are others'."""
    return _FOREIGN_HANDS.search(text) is not None
