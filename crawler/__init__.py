"""titlewatch: from a watchlist to evidence that verifies.

The packages below are the words of one story:
work, site, page, listing, hit, decision, case, bundle, referral; exchanges become exhibits.
"""

__version__ = "0.1.0"
