"""titlewatch cases, export: hits gathered, and the bundle that the prosecutor receives."""

from collections.abc import Sequence
from pathlib import Path

import click

from crawler.cli import conduct, voice
from crawler.cli.agencies import note_addressee, route
from crawler.cli.command import Command, Group, as_json, examples, opened, workspace
from crawler.cli.counting import amount, facts
from crawler.cli.rechecking import recheck, timeline
from crawler.model import ACTIONS


@click.group(cls=Group, epilog=examples('titlewatch cases new "Forum One"', "titlewatch cases add 01K0CASE 01K0HIT"))
def cases() -> None:
    """Cases: decided hits that belong together."""


@cases.command(cls=Command, epilog=examples('titlewatch cases new "Forum One" --track criminal'))
@click.argument("title")
@click.option("--track", metavar="T", help=f"One of: {', '.join(ACTIONS)}.")
@as_json
def new(title: str, track: str | None, as_json: bool) -> None:
    """Open a case; prints its id."""
    from crawler.desk import gathering

    place = workspace()
    case = gathering.new_case(opened(place), place, title, track)
    if as_json:
        voice.data({"case_id": case.case_id})
    else:
        voice.line(case.case_id)
        voice.hint("cases.next", case=case.case_id)


@cases.command(cls=Command, epilog=examples("titlewatch cases add 01K0CASE 01K0HIT 01K0OTHER"))
@click.argument("case_id", metavar="CASE")
@click.argument("hit_ids", metavar="HIT...", nargs=-1, required=True)
def add(case_id: str, hit_ids: tuple[str, ...]) -> None:
    """Put hits into a case: all of them, or none. Ids may be shortened to a beginning that only one has."""
    from crawler.desk import gathering

    place = workspace()
    count = gathering.add(opened(place), place, case_id, hit_ids)
    voice.tell("cases.added", count=count, held=len(set(hit_ids)) - count)


@cases.command("list", cls=Command, epilog=examples("titlewatch cases list", "titlewatch cases list --json"))
@as_json
def list_(as_json: bool) -> None:
    """The cases, and how far each is."""
    from crawler.desk import conducting
    from crawler.store import cases as store

    open_store = opened(workspace())
    rows = [
        {**row, "tracks": list(conducting.standing(open_store, row["case_id"]).tracks)}
        for row in store.every(open_store)
    ]
    if as_json:
        for row in rows:
            voice.data(row)
    elif not rows:
        voice.note("cases.none")
    else:
        names = ("case_id", "title", "track", "opened_at", "items", "decided", "bundles")
        voice.table(
            [voice.sentence(f"cases.head.{name}") for name in names],
            [[_tracks(row["tracks"]) if name == "track" else row[name] for name in names] for row in rows],
        )


@cases.command(cls=Command, epilog=examples("titlewatch cases show 01K0CASE"))
@click.argument("case_id", metavar="CASE")
@as_json
def show(case_id: str, as_json: bool) -> None:
    """A case: its hits, their decisions, and how many copies they show."""
    from crawler import clock
    from crawler.casework.copies import by_work, counting
    from crawler.cli.hits import status_name
    from crawler.desk import conducting
    from crawler.store import cases as store
    from crawler.store import decisions, hits

    open_store = opened(workspace())
    case = store.one(open_store, case_id)
    found = hits.several(open_store, store.hit_ids(open_store, case.case_id))
    standing = {hit["hit_id"]: decisions.latest(open_store, hit["hit_id"]) for hit in found}
    tracks = conducting.standing(open_store, case.case_id).tracks
    infringing = counting(found)
    offered, counted = by_work(found), by_work(infringing)
    awaited = by_work([*infringing, *(hit for hit in found if standing[hit["hit_id"]] is None)])
    if as_json:
        items = [
            {"hit_id": h["hit_id"], "url": h["url"], "work_id": h["work_id"], "status": h["status"], "exhibit": h["exhibit"],
             "decided_by": d.decided_by if (d := standing[h["hit_id"]]) else None,
             "changed_since_decision": h["changed_since_decision"]}
            for h in found
        ]  # fmt: skip
        voice.data(
            {"case_id": case.case_id, "title": case.title, "track": case.track, "tracks": list(tracks), "opened_at": clock.stamp(case.opened_at),
             "items": items, "copies": offered, "copies_infringing": counted}
        )  # fmt: skip
        return
    voice.tell(
        "cases.title", case=case.case_id, title=case.title, track=_tracks(tracks), opened=clock.stamp(case.opened_at)
    )
    for hit in found:
        decision = standing[hit["hit_id"]]
        by = voice.sentence("cases.by", by=decision.decided_by) if decision else ""
        voice.tell(
            "cases.item",
            hit=hit["hit_id"],
            status=status_name(hit["status"]),
            by=by,
            work=hit["work_id"],
            url=hit["url"],
        )
        if hit["changed_since_decision"]:
            voice.tell("cases.changed")
    for work in offered:
        count = counted.get(work, 0)
        voice.tell("cases.copies", work=work, count=count)
        if more := awaited.get(work, 0) - count:
            voice.tell("cases.copies_offered", work=work, count=more)


def _tracks(tracks: Sequence[str]) -> str:
    return voice.sentence("facts.between").join(voice.sentence(f"agencies.tracks.{track}") for track in tracks) or "-"


cases.add_command(facts)
cases.add_command(amount)
cases.add_command(route)
cases.add_command(timeline)
cases.add_command(recheck)
for command in conduct.ALL:
    cases.add_command(command)


@click.command(
    cls=Command,
    epilog=examples(
        "titlewatch export 01K0CASE", "titlewatch export 01K0CASE --zip --out /media/usb",
        'titlewatch export 01K0CASE --for "US/IPR Center" --approval "MoJ 2026-118"',
    ),
)  # fmt: skip
@click.argument("case_id", metavar="CASE")
@click.option("--for", "agency", metavar="AGENCY", help="For an agency (COUNTRY/NAME or its id): every gate is asked.")
@click.option("--approval", metavar="REF", help="The approval under data law, where the agency is abroad.")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), metavar="DIR", help="Default: exports/.")
@click.option("--zip", "zipped", is_flag=True, help="A stored ZIP and its .sha256 beside the folder.")
@as_json
def export(
    case_id: str, agency: str | None, approval: str | None, out: Path | None, zipped: bool, as_json: bool
) -> None:
    """Make the evidence bundle of a case; every item needs a person's decision."""
    from crawler.cli.hits import status_name
    from crawler.cli.keys import ready
    from crawler.cli.progress import Steps
    from crawler.desk import exporting, routing

    place = workspace()
    ready(place)
    to = routing.addressee(place, agency) if agency else None
    order = exporting.Order(case_id, to[0] if to else None, approval, out.absolute() if out else None, zipped)
    store = opened(place)
    with Steps() as progress:
        built = exporting.export(store, place, order, progress)
    if to:
        note_addressee(*to)
    for status, count in exporting.not_infringing(store, case_id).items():
        voice.note("export.otherwise", count=count, status=status_name(status))
    bundle = str(built.bundle.resolve())
    notes = built.notes
    if built.unstamped:
        voice.note("summary.unstamped")
        notes = tuple(remark for remark in notes if not remark.startswith("UNSTAMPED"))
    for authority, why in built.pending.items():
        voice.note("export.pending", authority=authority, why=why)
    for remark in notes:
        voice.note("export.note", note=remark)
    if as_json:
        voice.data({"bundle": bundle, "exhibits": built.exhibits})
    else:
        voice.tell("export.done", count=built.exhibits)
        voice.line(bundle)
        if built.zip:
            voice.tell("export.zip")
            voice.line(str(built.zip.resolve()))
            voice.line(f"{built.zip.resolve()}.sha256")
        voice.note("export.next", bundle=bundle)
