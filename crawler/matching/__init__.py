"""Which watched work a text offers, and why: text in, matches out, nothing else touched."""

from crawler.matching.matcher import DEFAULT_REVIEW, DEFAULT_THRESHOLD, Matcher
from crawler.matching.offer import Offer
from crawler.matching.rules import RULES_VERSION

__all__ = ["DEFAULT_REVIEW", "DEFAULT_THRESHOLD", "RULES_VERSION", "Matcher", "Offer"]
