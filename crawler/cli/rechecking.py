"""titlewatch cases timeline, recheck: what was done in a case, and whether its offers still stand."""

import click

from crawler.cli import voice
from crawler.cli.command import Command, as_json, examples, leave, opened, workspace
from crawler.cli.conduct import CASE, said

NOT_ALL, PART = 1, 3


@click.command(
    cls=Command, epilog=examples("titlewatch cases timeline 01K0CASE", "titlewatch cases timeline 01K0CASE --json")
)
@CASE
@as_json
def timeline(case_id: str, as_json: bool) -> None:
    """All that people did in a case, oldest first, each with its entry in the ledger; then how it stands."""
    from crawler import clock
    from crawler.cli.ledger import words
    from crawler.desk import chronicle, conducting

    place = workspace()
    store = opened(place)
    for body in chronicle.of_case(store, place, case_id):
        if as_json:
            voice.data(body)
        else:
            voice.line(said("cases.event", at=body["utc"], words=words(body)))
    if as_json:
        return
    stands = conducting.standing(store, case_id)
    tracks, campaigns = (", ".join(names) or "-" for names in (stands.tracks, stands.campaigns))
    voice.line(said("cases.stands", tracks=tracks, campaigns=campaigns))
    if stands.hold is not None:
        voice.line(said("cases.held", why=stands.hold.why, by=stands.hold.by))
        if stands.hold.until is not None:
            due = "overdue" if stands.hold.until < clock.now().date() else "review"
            voice.line(said(f"cases.{due}", until=stands.hold.until))
    if stands.closed is not None:
        voice.line(said("cases.closed", why=stands.closed))


@click.command(cls=Command, epilog=examples("titlewatch cases recheck 01K0CASE"))
@CASE
@as_json
def recheck(case_id: str, as_json: bool) -> None:
    """Visit the sites of a case's offers, their pages first, and say which stand: a notice needs that of the last 24 hours."""
    from crawler import clock
    from crawler.casework.liveness import is_fresh, is_gone
    from crawler.cli.watching import visit
    from crawler.desk import rechecking

    place = workspace()
    seen, summary = rechecking.recheck(
        opened(place), place, case_id, lambda chosen, limits: visit(place, chosen, limits=limits)
    )
    now = clock.now()
    standing = [one for one in seen if is_fresh(one, now) and not is_gone(one)]
    for one in seen:
        at = clock.stamp(one.at) if one.at else None
        if as_json:
            voice.data(
                {"hit_id": one.hit_id, "state": "gone" if is_gone(one) else one.state, "seen": at,
                 "fresh": one in standing, "exchange": one.exchange_id}
            )  # fmt: skip
        else:
            state = said(f"cases.state.{'gone' if is_gone(one) and one.state == 'up' else one.state}")
            voice.line(said("cases.seen", hit=one.hit_id, state=state, at=at or said("cases.never")))
    voice.aside(said("cases.fresh", count=len(standing), all=len(seen)))
    if summary.lack is not None:
        raise summary.lack
    if len(standing) < len(seen):
        leave(PART if summary.failed_sites else NOT_ALL)
