"""A site's earlier visits, as the store keeps them, made into what a new visit is held against."""

from collections.abc import Mapping, Sequence
from typing import Any

from crawler.health.judgement import OK, Past, Verdict
from crawler.health.observed import restored


def past_of(visits: Sequence[Mapping[str, Any]]) -> Past:
    """The past of a site from its judged visits, the latest first; one that a person accepted counts as ok."""
    good = [restored(one["observed"]) for one in visits if one["state"] == OK or one["accepted_by"]]
    if not visits:
        return Past(good)
    last = visits[0]
    return Past(good, Verdict(OK if last["accepted_by"] else last["state"], tuple(last["reasons"])))
