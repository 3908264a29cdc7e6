"""Evidence that something is offered: targets, players, hidden blocks, prices, words, names of releases."""

import re
from urllib.parse import urlsplit

from crawler.matching.evidence import Evidence, rule
from crawler.matching.lexicon import genuine_host
from crawler.matching.page import Page
from crawler.matching.surroundings import Surroundings

_PRICE = re.compile(
    r"(?:[$€£¥￥]|usd|rmb|eur) ?\d+(?:\.\d+)?|\d+(?:\.\d+)? ?(?:元|块|刀|usd|dollars|bucks|euros?|eur|rmb|包邮)|\d块\d"
)
_CHAT_SIGNS = ("t.me/", "discord.gg/", "chat.whatsapp.com/", "telegram.me/")
_CHAT = re.compile(
    r"(?i)(?<![\w.])(?:t\.me/(?:\+|joinchat/)\w+|discord\.gg/\w+|chat\.whatsapp\.com/\w+|telegram\.me/joinchat/\w+)"
)


def target_host(url: str) -> str:
    """The host of a target's URL, lower case; empty for magnets and their like."""
    try:
        return (
            urlsplit(url if "//" in url or ":" in url.split("/")[0][:7] else f"https://{url}").hostname or ""
        ).lower()
    except ValueError:
        return ""


def _chat(text: str) -> re.Match[str] | None:
    # Looked for only where it can be: the expression is slow on long texts.
    return _CHAT.search(text) if any(sign in text for sign in _CHAT_SIGNS) else None


def invites(text: str) -> bool:
    """True when the text holds the address of a chat that one joins by invitation."""
    return _chat(text) is not None


def offer_rules(page: Page, licensed: tuple[str, ...]) -> list[Evidence]:
    """What on the page offers anything at all, apart from its words; also addresses that offer nothing."""
    found: list[Evidence] = []
    offer = page.offer
    for target in offer.targets:
        host = target_host(target.url)
        shop = any(host == domain or host.endswith(f".{domain}") for domain in licensed)
        genuine = "licensed" if shop else genuine_host(host) if host else None
        if genuine == "licensed":
            found.append(rule("licensed-address", -3.5, None, host=host))
        elif genuine == "reference":
            found.append(rule("reference-address", -2.5, None, host=host))
        else:
            weight = 1.2 if target.kind == "link" else 2.2
            found.append(rule("target", weight, None, kind=target.kind, address=target.url[:80]))
    if all(one.rule != "licensed-address" for one in found):
        found += _written_addresses(page.raw, licensed)
    if offer.players:
        host = target_host(offer.players[0])
        if not (genuine_host(host) or any(host.endswith(domain) for domain in licensed)):
            found.append(rule("player", 2.2, None, address=offer.players[0][:80]))
    chat = _chat(page.raw)
    if chat:
        found.append(rule("invitation", 1.8, chat.span(), words=chat[0]))
    if offer.hidden:
        found.append(rule("hidden-block", 2.0, None, words=offer.hidden[:60]))
    if offer.price:
        found.append(rule("price", 1.6, None, price=offer.price[:40]))
    return found


def _written_addresses(text: str, licensed: tuple[str, ...]) -> list[Evidence]:
    """The first address of a licensed place that stands in the text itself: a shop's link is no target."""
    for domain in licensed:
        if domain and (standing := re.search(rf"(?i)(?<![\w-]){re.escape(domain)}(?![\w-]|\.\w)", text)):
            return [rule("licensed-address", -3.5, standing.span(), host=domain)]
    return []


def word_rules(near: Surroundings) -> list[Evidence]:
    """Words on the title's line that offer a copy, and the shape of a release name."""
    found: list[Evidence] = []
    for group, name, weight in (
        ("offer", "words-of-offer", 1.6),
        ("invitation", "invitation", 1.5),
        ("sale", "words-of-sale", 1.4),
        ("offer_weak", "words-near-offer", 0.5),
    ):
        said = near.spoken_of(group)
        if said:
            span = near.raw(said[0].start, said[0].end)
            found.append(rule(name, weight, span, words=near.page.raw[slice(*span)]))
    price = _PRICE.search(near.view.text)
    if price:
        found.append(rule("price", 1.0, near.view.span(*price.span()), price=price[0]))
    if near.release:
        tags = near.spoken_of("video", "book", "audio", "audiobook", "software", "game", "season")
        span = near.raw(tags[0].start, tags[0].end) if tags else near.episodes[0]
        found.append(rule("release-name", 1.9 if near.release == 2 else 1.0, span, tag=near.page.raw[slice(*span)]))
    return found
