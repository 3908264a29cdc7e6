"""titlewatch cases hold, release, close, reopen, track, campaign, party, remove: what people do to a case."""

from datetime import date
from typing import TYPE_CHECKING, Any

import click

from crawler.cli import voice
from crawler.cli.command import Command, as_json, examples, opened, workspace
from crawler.cli.days import Day
from crawler.model import ACTIONS
from crawler.wording import say

if TYPE_CHECKING:
    from crawler.store.case_acts import CaseAct

BY = click.option("--by", metavar="NAME", required=True, help="Who does it.")
WHY = click.option("--why", metavar="TEXT", required=True, help="Kept with the act.")
CASE = click.argument("case_id", metavar="CASE")


def said(key: str, **facts: object) -> str:
    """A sentence of the gates' wording, with facts made safe for a terminal."""
    return say(f"gates.{key}", voice.language(), **{name: voice.shown(value) for name, value in facts.items()})


def _done(act: "CaseAct") -> None:
    voice.line(said("cases.done", act=said(f"cases.act.{act.act}"), case=act.case_id))


@click.command(
    cls=Command,
    epilog=examples('titlewatch cases hold 01K0CASE --why "proceedings are pending" --until 2027-01-31 --by "Li Si"'),
)
@CASE
@WHY
@click.option(
    "--until", type=Day(), metavar="DAY", help="When to ask whether it is still needed; it stands until released."
)
@BY
def hold(case_id: str, why: str, until: date | None, by: str) -> None:
    """Put a case under legal hold: nothing of it is removed."""
    from crawler.desk import conducting

    place = workspace()
    _done(conducting.hold(opened(place), place, case_id, why, until, by))


@click.command(cls=Command, epilog=examples('titlewatch cases release 01K0CASE --why "judgment is final" --by "Li Si"'))
@CASE
@WHY
@BY
def release(case_id: str, why: str, by: str) -> None:
    """Release a case from legal hold."""
    from crawler.desk import conducting

    place = workspace()
    _done(conducting.release(opened(place), place, case_id, why, by))


@click.command(
    cls=Command, epilog=examples('titlewatch cases close 01K0CASE --why "the site was shut down" --by "Li Si"')
)
@CASE
@WHY
@BY
def close(case_id: str, why: str, by: str) -> None:
    """Close a case; nothing of it is lost, and nothing of it leaves until it is open again."""
    from crawler.desk import conducting

    place = workspace()
    _done(conducting.close(opened(place), place, case_id, why, by))


@click.command(
    cls=Command, epilog=examples('titlewatch cases reopen 01K0CASE --why "back under another name" --by "Li Si"')
)
@CASE
@WHY
@BY
def reopen(case_id: str, why: str, by: str) -> None:
    """Open a closed case again."""
    from crawler.desk import conducting

    place = workspace()
    _done(conducting.reopen(opened(place), place, case_id, why, by))


@click.command(
    cls=Command,
    epilog=examples(
        'titlewatch cases track 01K0CASE administrative --by "Li Si"',
        'titlewatch cases track 01K0CASE administrative --end --by "Li Si"',
    ),
)
@CASE
@click.argument("track", metavar="TRACK")
@click.option("--end", "ended", is_flag=True, help="The case leaves the track.")
@BY
def track(case_id: str, track: str, ended: bool, by: str) -> None:
    """Put a case on a track beside those that it is on."""
    from crawler.desk import conducting

    place = workspace()
    _done(conducting.put_on_track(opened(place), place, case_id, track, ended, by))


track.help = f"Put a case on a track beside those that it is on: {', '.join(ACTIONS)}."


@click.command(
    cls=Command,
    epilog=examples(
        'titlewatch cases campaign 01K0CASE sword-net-2025 --by "Li Si"',
        'titlewatch cases campaign 01K0CASE sword-net-2025 --end --by "Li Si"',
    ),
)
@CASE
@click.argument("campaign", metavar="CAMPAIGN")
@click.option("--end", "ended", is_flag=True, help="The case leaves the campaign.")
@BY
def campaign(case_id: str, campaign: str, ended: bool, by: str) -> None:
    """Put a case into a campaign of an authority."""
    from crawler import clock
    from crawler.casework.campaigns import known, named
    from crawler.desk import conducting

    place = workspace()
    _done(conducting.put_into_campaign(opened(place), place, case_id, campaign, ended, by))
    one = named(known(), campaign)
    if not ended and one.ends and one.window(clock.now().date()) == "over":
        voice.aside(said("cases.window_over", campaign=one.campaign_id, day=one.ends.isoformat()))


@click.command(cls=Command, epilog=examples("titlewatch cases campaigns"))
@as_json
def campaigns(as_json: bool) -> None:
    """The campaigns that are known: window, focus, what is to be reported, and whether anybody has checked the entry."""
    from crawler import clock
    from crawler.casework.campaigns import known

    words, today = voice.language(), clock.now().date()
    for one in known():
        window = one.window(today)
        if as_json:
            voice.data(
                {"campaign": one.campaign_id, "name": dict(one.name), "owner": dict(one.owner), "country": one.country,
                 "tracks": list(one.tracks), "starts": one.starts.isoformat() if one.starts else None,
                 "ends": one.ends.isoformat() if one.ends else None, "window": window, "focus": dict(one.focus),
                 "report": dict(one.report), "source": one.source, "checked_by": one.checked_by or None}
            )  # fmt: skip
            continue
        dates = f", {one.starts}..{one.ends}" if one.starts else ""
        state = said(f"cases.window.{window}")
        voice.line(
            said("cases.campaign", id=one.campaign_id, name=one.name[words], country=one.country, owner=one.owner[words],
                 window=state, dates=dates)
        )  # fmt: skip
        voice.line(said("cases.focus", focus=("；" if words == "zh" else "; ").join(one.focus[words])))
        voice.line(said("cases.report", report=one.report[words]))
        if not one.checked_by:
            voice.line(f"  {said('unchecked', source=one.source)}")


@click.command(
    cls=Command,
    epilog=examples(
        'titlewatch cases party 01K0CASE operator --name "Tern Media" --contact tern@mail.example --country CN --by "Li Si"'
    ),
)
@CASE
@click.argument("role", metavar="ROLE")
@click.option("--name", metavar="NAME", required=True)
@click.option("--contact", metavar="TEXT", default="", help="A handle, an address, a payment account.")
@click.option("--country", metavar="CC", default="")
@BY
def party(case_id: str, role: str, name: str, contact: str, country: str, by: str) -> None:
    """Name a party to a case (operator, host, right-holder, counsel, uploader, other); prints its id. It is kept encrypted."""
    from crawler.desk import conducting

    place = workspace()
    voice.line(conducting.add_party(opened(place), place, case_id, role, name, contact, country, by))


@click.command(
    cls=Command,
    epilog=examples(
        "titlewatch cases parties 01K0CASE", 'titlewatch cases parties 01K0CASE --purpose "to draft the complaint" --by "Li Si"'
    ),
)  # fmt: skip
@CASE
@click.option(
    "--purpose", metavar="TEXT", default="", help="Shows names and contacts; the ledger says who looked, and why."
)
@click.option("--by", metavar="NAME", default="")
@as_json
def parties(case_id: str, purpose: str, by: str, as_json: bool) -> None:
    """The parties to a case: roles and countries, and for a stated purpose names and contacts."""
    from crawler.desk import conducting
    from crawler.store import cases, parties

    place = workspace()
    store = opened(place)
    shown = purpose or by
    found: list[Any] = (
        list(conducting.view_parties(store, place, case_id, purpose, by))
        if shown
        else list(parties.of_case(store, cases.one(store, case_id).case_id))
    )
    for one in found:
        facts = {"party_id": one.party_id, "case_id": one.case_id, "role": one.role, "country": one.country}
        if as_json:
            voice.data(
                facts | ({"name": one.name, "contact": one.contact, "also_in": list(one.also_in)} if shown else {})
            )
            continue
        role = said(f"cases.role.{one.role}")
        voice.line(said("cases.party", party=one.party_id, role=role, country=one.country or "-"))
        if shown:
            voice.line(said("cases.open_party", name=one.name, contact=one.contact or "-"))
            if one.also_in:
                voice.line(said("cases.also_in", cases=("、" if voice.language() == "zh" else ", ").join(one.also_in)))
    if not as_json:
        remark = "cases.none" if not found else "" if shown else "cases.parties_sealed"
        if remark:
            voice.aside(said(remark))


@click.command(
    cls=Command, epilog=examples('titlewatch cases remove 01K0CASE 01K0HIT --why "licensed since May" --by "Li Si"')
)
@CASE
@click.argument("hit_ids", metavar="HIT...", nargs=-1, required=True)
@WHY
@BY
def remove(case_id: str, hit_ids: tuple[str, ...], why: str, by: str) -> None:
    """Take hits out of a case; what was recorded of them stays. A case under legal hold loses none."""
    from crawler.desk import conducting

    place = workspace()
    for act in conducting.remove(opened(place), place, case_id, hit_ids, why, by):
        _done(act)


ALL = (hold, release, close, reopen, track, campaign, campaigns, party, parties, remove)
"""What `titlewatch cases` holds of these."""
