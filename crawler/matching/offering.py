"""Evidence that something is offered: targets, players, hidden blocks, prices, words, names of releases."""

import re
from urllib.parse import urlsplit

from crawler.licence import registered
from crawler.matching.evidence import Evidence, rule
from crawler.matching.lexicon import genuine_host
from crawler.matching.licences import ADDRESS, OF_ADDRESSES, Terms
from crawler.matching.page import Page
from crawler.matching.surroundings import Surroundings
from crawler.model import Target

SHARES = (1.0, 0.6, 0.5, 0.4, 0.3, 0.25)
"""What the strongest, the second ... sign of one offer counts."""
ENOUGH = 1.3
"""The evidence of an offer from which on nothing is lacking."""
NO_OFFER = -4.0
TRADE = frozenset(("price", "selling", "delivery", "discs", "words-near-offer", "tongue-named"))
"""What genuine goods are sold with as well; where nothing else speaks, more of it is asked for."""
ENOUGH_TRADE = 2.4


def target_host(url: str) -> str:
    """The host of a target's URL, lower case; empty for magnets and their like."""
    try:
        return (
            urlsplit(url if "//" in url or ":" in url.split("/")[0][:7] else f"https://{url}").hostname or ""
        ).lower()
    except ValueError:
        return ""


def offer_rules(page: Page, terms: Terms) -> list[Evidence]:
    """What on the page offers anything at all, apart from its words; also addresses that offer nothing."""
    found: list[Evidence] = []
    offer = page.offer
    doubtful: list[Evidence] = []
    for target in offer.targets:
        host = target_host(target.url)
        held = None if _handed_on(target, host, offer.host) else terms.of(host)
        genuine = genuine_host(host) if host else None
        if held and held.state == "holds":
            found.append(terms.evidence(held, host))
            continue
        if held:
            (doubtful if held.state == "elsewhere" else found).append(terms.evidence(held, host))
        if genuine == "licensed":
            found.append(rule("licensed-address", ADDRESS, None, host=host))
        elif genuine == "reference":
            found.append(rule("reference-address", -2.5, None, host=host))
        elif genuine is None:
            weight = 1.2 if target.kind == "link" else 2.2
            found.append(rule("target", weight, None, kind=target.kind, address=_beginning(target.url, 80)))
    if all(one.rule not in OF_ADDRESSES for one in (*found, *doubtful)):
        for one in terms.written(page.raw):
            (doubtful if one.rule == "licensed-elsewhere" else found).append(one)
    if offer.players:
        host = target_host(offer.players[0])
        held = terms.of(host)
        if held and held.state != "holds":
            (doubtful if held.state == "elsewhere" else found).append(terms.evidence(held, host))
        if not (genuine_host(host) or (held and held.state == "holds")):
            found.append(rule("player", 2.2, None, address=_beginning(offer.players[0], 80)))
    if offer.hidden:
        found.append(rule("hidden-block", 2.0, None, words=_beginning(offer.hidden, 60)))
    if offer.price:
        found.append(rule("price", 1.6, None, price=offer.price[:40]))
    own = terms.of(offer.host)
    if own:
        (doubtful if own.state == "elsewhere" else found).append(terms.of_page(own, offer.host))
    if doubtful:
        # With another way to a copy beside it, the licence of one address is no reason to doubt.
        other = offer.hidden or any(
            _handed_on(one, target_host(one.url), offer.host) or not _is_doubtful(one.url, terms)
            for one in offer.targets
        )
        other = other or any(not _is_doubtful(url, terms) for url in offer.players)
        found.append(doubtful[0]._replace(weight=0.0) if other else doubtful[0])
    return found


def _handed_on(target: Target, host: str, own: str) -> bool:
    """Whether a target stands in the query or path of an address on another host, which may lead anywhere.

    A page's own host is trusted: boards count the clicks on their links so.
    """
    first = target_host(target.as_written)
    return bool(
        host
        and re.fullmatch(r"[\w-]+(?:\.[\w-]+)+", first)
        and registered(first) not in (registered(host), registered(own))
        and host in target.as_written.lower()
    )


def _is_doubtful(url: str, terms: Terms) -> bool:
    """Whether an address is licensed in other countries, or no way to a copy at all."""
    host = target_host(url)
    held = terms.of(host)
    return held.state in ("elsewhere", "holds") if held else bool(host and genuine_host(host))


def word_rules(near: Surroundings) -> list[Evidence]:
    """The shape of a release name on the title's line."""
    if not near.release:
        return []
    tags = near.spoken_of("video", "book", "audio", "audiobook", "software", "game", "season")
    if tags:
        span = near.raw(tags[0].start, tags[0].end)
    else:
        span = near.episodes[0] if near.episodes else near.line.group or (near.place.start, near.place.end)
    # A season alone is what news and guides name too.
    part = 1.0 if any("season" not in word.groups for word in tags) else 0.7
    return [rule("release-name", 1.9 if near.release == 2 else part, span, tag=near.page.raw[slice(*span)])]


def weighed(found: list[Evidence]) -> list[Evidence]:
    """The evidence of one offer, strongest first: each further sign of the same offer adds less than the one before.

    A trace so weak that it may be chance is charged with what it lacks, as `no-offer` or `little-offer`.
    """
    kept: dict[str, Evidence] = {}
    for one in sorted((one for one in found if one.weight > 0), key=lambda one: -one.weight):
        if one.rule not in kept:
            share = SHARES[min(len(kept), len(SHARES) - 1)]
            kept[one.rule] = one._replace(weight=round(one.weight * share, 2))
    offered = sum(one.weight for one in kept.values())
    if not kept:
        return [Evidence("no-offer", NO_OFFER, None, {})]
    enough = ENOUGH_TRADE if TRADE.issuperset(kept) else ENOUGH
    lacking = round(NO_OFFER * (1 - offered / enough), 2) if offered < enough else 0.0
    return [*kept.values(), *([Evidence("little-offer", lacking, None, {})] if lacking else [])]


def _beginning(text: str, limit: int) -> str:
    """The text, or as much of it as a reason has room for, with an ellipsis."""
    return text if len(text) <= limit else text[: limit - 1] + "…"
