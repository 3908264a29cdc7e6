"""titlewatch hits, decide: what was found, and what a person makes of it."""

from collections import Counter
from typing import Any

import click

from crawler.cli import voice
from crawler.cli.command import Command, as_json, examples, opened, workspace
from crawler.cli.looking_back import of_hit
from crawler.config import review_below
from crawler.model import VERDICTS
from crawler.wording import say
from crawler.wording.landings import say_why, state_name
from crawler.wording.reasons import kind_name


@click.command(
    cls=Command,
    epilog=examples(
        "titlewatch hits",
        "titlewatch hits --status new --site forum-example",
        "titlewatch hits --json > hits.jsonl",
        "titlewatch hits --timeline 01K0HIT",
    ),
)
@click.option("--site", metavar="ID", help="Of one site.")
@click.option("--work", metavar="ID", help="Of one work.")
@click.option("--status", metavar="S", help=f"new, or a verdict: {', '.join(VERDICTS)}.")
@click.option("--review", is_flag=True, help="What scored just below a hit, instead.")
@click.option(
    "--timeline",
    metavar="HIT",
    help="What became of one hit's listing and of its targets: found, changed, gone, back; live, dead, removed.",
)
@as_json
def hits(
    site: str | None, work: str | None, status: str | None, review: bool, timeline: str | None, as_json: bool
) -> None:
    """The suspected offers, each with its links and with the reasons for the match."""
    from crawler.desk.stamping import HitStamps
    from crawler.errors import UsageError
    from crawler.store import hits as store
    from crawler.store import sites, works

    place = workspace()
    open_store = opened(place)
    if timeline is not None:
        from crawler.cli.timeline import tell

        tell(open_store, timeline, as_json)
        return
    if site is not None:
        sites.one(open_store, site)
    if work is not None:
        work = works.one(open_store, work).work_id
    if status is not None and status not in ("new", *VERDICTS):
        raise UsageError("not a status", status, f"use one of: new, {', '.join(VERDICTS)}")
    configuration = place.configuration()
    matching = configuration.matching
    least = review_below(matching.threshold, matching.review)
    band = (least, matching.threshold) if review else (matching.threshold, None)
    count = 0
    unread: Counter[str] = Counter()
    stamps = HitStamps(place, open_store)
    for hit in store.select(open_store, at_least=band[0], below=band[1], site=site, work=work, status=status):
        count += 1
        hit["timestamps"] = stamps.of(hit["exhibit"])
        if as_json:
            voice.data(hit)
        else:
            _show(hit, configuration.targets.visit)
            unread[hit["site"]] += hit["posted_at"] is None and bool(hit["posted_at_text"])
    if not as_json:
        for site_id in +unread:
            voice.note("hits.zone", site=site_id, count=unread[site_id])
        voice.note("hits.count", count=count)


def _show(hit: dict[str, Any], are_landings_asked: bool) -> None:
    from crawler.targets.asking import VISITED

    voice.tell(
        "hits.head",
        hit=hit["hit_id"],
        score=f"{hit['score']:.2f}",
        work=hit["work_id"],
        status=status_name(hit["status"]),
    )
    if hit["changed_since_decision"]:
        voice.tell("hits.changed")
    voice.tell("hits.title", title=hit["title"])
    voice.tell("hits.url", url=hit["url"])
    of_hit(hit)
    if hit["state"] != "up":
        voice.tell(f"hits.state.{hit['state']}", since=hit["state_since"])
    if hit["posted_at"] is None and hit["posted_at_text"]:
        voice.tell("hits.posted_as", by=hit["posted_by"] or "?", text=hit["posted_at_text"])
    elif hit["posted_by"] or hit["posted_at"]:
        voice.tell("hits.posted", by=hit["posted_by"] or "?", at=hit["posted_at"] or "?")
    if not hit["links"]:
        voice.tell("hits.no_link")
    for link in hit["links"]:
        code = voice.sentence("hits.code", code=link["access_code"]) if link["access_code"] else ""
        voice.tell("hits.link", kind=kind_name(link["kind"], voice.language()), url=link["url"], code=code)
        if link["expanded"]:
            voice.tell("hits.expanded", url=link["as_written"])
        if landing := link["landing"]:
            words = voice.language()
            why = voice.shown(say_why(landing["said"], words))
            voice.tell("hits.landing", state=state_name(landing["state"], words), at=landing["checked"], why=why)
        elif are_landings_asked:
            voice.tell("hits.unasked" if link["kind"] in VISITED else "hits.never_asked")
    if hit["timestamps"]:
        voice.tell(f"hits.stamps.{hit['timestamps']}")
    for reason in hit["reasons"]:
        voice.tell("hits.reason", weight=f"{reason['weight']:+.2f}", text=voice.reason(reason))
    voice.line()


def status_name(status: str) -> str:
    """A status in the reader's language."""
    return voice.sentence(f"status.{status}")


@click.command(
    cls=Command,
    epilog=examples(
        'titlewatch decide 01K0HIT --verdict infringing --by "Li Si"',
        'titlewatch decide 01K0ONE 01K0TWO --verdict review_news --by "Li Si" --note "a film critic\'s page"',
    ),
)
@click.argument("hit_ids", metavar="HIT...", nargs=-1, required=True)
@click.option("--verdict", metavar="V", required=True, help=f"One of: {', '.join(VERDICTS)}.")
@click.option("--by", "decided_by", metavar="NAME", required=True, help="The person who decides.")
@click.option("--note", metavar="TEXT", default="", help="Stays in the workspace; the ledger holds its hash.")
def decide(hit_ids: tuple[str, ...], verdict: str, decided_by: str, note: str) -> None:
    """Record a person's decision on hits: on all of them, or on none."""
    from crawler.desk import corresponding, deciding

    place = workspace()
    store = opened(place)
    made = deciding.decide(store, place, hit_ids, verdict, decided_by, note)
    voice.tell("decide.done", count=len(made), verdict=status_name(verdict), by=decided_by)
    wrong = corresponding.concerned(store, [decision.hit_id for decision in made])
    if wrong:
        voice.aside(say("correspondence.sent_of", voice.language(), count=len(wrong)))
