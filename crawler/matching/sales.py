"""Figures of sales and players, as news have them of a work, and no seller of a copy."""

import re
from collections.abc import Collection, Iterator

from crawler.matching.against import WEIGHTS, firmness
from crawler.matching.evidence import Evidence, rule
from crawler.matching.surroundings import Surroundings

_NUMBER = r"(?:\d[\d.,]*|half a|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|a hundred|hundred)"
_MANY = r"(?:million|millions|mill|mio|mln|mn|m|billion|bn|hundred thousand|thousand|millionen|millones|milhões|milioni|миллион\w*|млн)"
_THINGS = r"(?:copies|units|players|readers|sales|records|albums|sold|exemplaires|exemplare|ejemplares|copias|copie|cópias|spieler|joueurs|jugadores|копий)"
_REPORTED = re.compile(
    rf"(?<![\w.])(?:pass(?:es|ed)|tops|topped|sells|sold|surpass(?:es|ed)|cross(?:es|ed)|hits?|reach(?:es|ed)|shift(?:s|ed)|moved|clear(?:s|ed)|nears?|exceed(?:s|ed)|shipped|ships)"
    rf"(?: (?:more than|over|nearly|almost|about|some|past|well|through|another|around|now|the|its|upwards of|in excess of))* {_NUMBER} ?{_MANY}(?![\w])"
    rf"|(?<![\w.]){_NUMBER} ?{_MANY} (?:\w+ )?{_THINGS}(?![\w])"
)


def sales_rules(near: Surroundings, found: Collection[Evidence]) -> Iterator[Evidence]:
    """How often a work was sold, where nothing offers a copy of it."""
    if firmness(near, found):
        return
    said = _REPORTED.search(near.view.text)
    if said:
        span = near.view.span(*said.span())
        yield rule("news", WEIGHTS["news"], span, words=near.page.raw[slice(*span)])
