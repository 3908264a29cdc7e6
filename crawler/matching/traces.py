"""Whether a text shows that a copy is offered, whatever it names."""

from crawler.matching.offer import Offer
from crawler.matching.page import Page
from crawler.matching.signals import Signals

TELLING = 0.8
"""Weight from which a trace by itself speaks of a copy: below it are words that stand beside any name."""


def speaks_of_copy(offer: Offer) -> bool:
    """Whether words or addresses of an offer stand in a text."""
    return any(one.weight >= TELLING for found in Signals(Page(offer)).by_rule.values() for one in found)
