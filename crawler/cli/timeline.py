"""titlewatch hits --timeline: what became of a hit's listing, visit by visit."""

from typing import TYPE_CHECKING, Any

from crawler.cli import voice
from crawler.wording import topic
from crawler.wording.landings import say_why, state_name

if TYPE_CHECKING:
    from crawler.store import Store

_WHY = {
    "missing": "missing",
    "login wall": "wall",
    "no longer on its page": "page",
    "no longer an offer": "offer",
    "redirect": "redirect",
    "not modified": "unchanged",
}


def tell(store: "Store", named: str, as_json: bool) -> None:
    """Print the events of a hit's listing, the oldest first; a JSON object for each. Raises UnknownObjectError."""
    from crawler.store import given, hits, timeline

    (hit_id,) = given.whole(store, "hit", [named])
    (hit,) = hits.several(store, [hit_id])
    events = timeline.of(store, hits.listing_of(store, hit_id))
    if as_json:
        for event in events:
            voice.data({"hit_id": hit_id, "url": hit["url"], **event})
        return
    voice.tell("timeline.head", hit=hit_id, title=hit["title"])
    voice.line(f"  {voice.shown(hit['url'])}")
    for event in events:
        if event["event"] in topic("landing")["state"]:
            _tell_target(event)
        else:
            voice.tell(f"timeline.{event['event']}", at=event["at"], detail="; ".join(_details(event)))
    if not events:
        voice.note("timeline.none")


def _tell_target(event: dict[str, Any]) -> None:
    """What became of one of the listing's targets."""
    facts, words = event["facts"], voice.language()
    detail = [voice.shown(say_why(facts, words))]
    if event["exchange"]:
        detail.append(voice.sentence("timeline.exchange", exchange=event["exchange"]))
    state = state_name(event["event"], words)
    voice.tell("timeline.target", at=event["at"], url=facts["target"], state=state, detail="; ".join(detail))


def _details(event: dict[str, Any]) -> list[str]:
    facts = event["facts"]
    found = []
    if facts.get("why"):
        found.append(voice.sentence(f"timeline.why.{_WHY.get(facts['why'], 'other')}"))
    if event["status"] is not None:
        found.append(voice.sentence("timeline.status", status=event["status"]))
    if facts.get("to"):
        found.append(voice.sentence("timeline.to", url=facts["to"]))
    found += [voice.sentence("timeline.added", url=url) for url in facts.get("links_added", ())]
    found += [voice.sentence("timeline.removed", url=url) for url in facts.get("links_removed", ())]
    if event["exchange"]:
        found.append(voice.sentence("timeline.exchange", exchange=event["exchange"]))
    return found
