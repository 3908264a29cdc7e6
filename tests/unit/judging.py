"""A text held against one watched work."""

from crawler import targets
from crawler.matching import Matcher, Offer
from crawler.model import Passage, Work


def offered(work: Work, text: str) -> bool:
    """Whether a text is a hit for the one watched work."""
    passage = Passage(text)
    matches = Matcher([work]).match(Offer("", passage.text, targets.find(passage)))
    return bool(matches) and matches[0].score >= 0.5
