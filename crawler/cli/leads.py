"""titlewatch ingest, leads: what partners sent, and what became of it."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crawler.casework.leads.clue import HANDLINGS, RELIABILITIES, SUFFIXES
from crawler.casework.leads.outcome import tally
from crawler.cli import voice
from crawler.cli.command import Command, Group, as_json, examples, opened, workspace
from crawler.cli.days import Day
from crawler.cli.progress import Steps
from crawler.wording import say

if TYPE_CHECKING:
    from crawler.desk.leading import Followed, Taken

SHOWN = 30
"""Clues that a terminal shows; --json has all."""


@click.command(
    cls=Command,
    epilog=examples(
        'titlewatch ingest clues.xlsx --from "Harbour Films" --handling AMBER --reliability B',
        "titlewatch ingest notice.json domains.txt mail.eml",
        "titlewatch ingest partner.wacz capture.warc.gz",
    ),
)
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--from", "provider", metavar="NAME", default="", help="The organisation that sent it.")
@click.option(
    "--handling", metavar="TLP", default="AMBER", show_default=True,
    help=f"How far it may go: {', '.join(HANDLINGS)}.",
)  # fmt: skip
@click.option(
    "--reliability", metavar="GRADE", default="F", show_default=True,
    help=f"Of who sent it: {RELIABILITIES[0]} completely reliable ... E unreliable, F cannot be judged.",
)  # fmt: skip
@click.option("--received", type=Day(), metavar="DAY", help="The day that it came in; default: today (UTC).")
@click.option("--encoding", metavar="NAME", help="Of the file's text, where it is not UTF-8.")
@as_json
def ingest(
    files: tuple[Path, ...], provider: str, handling: str, reliability: str, received: date | None, encoding: str | None,
    as_json: bool,
) -> None:  # fmt: skip
    """Take in what a partner sent: each address in it becomes a page that our own visits read.

    The file is kept as it came. Nothing in it becomes a hit or evidence by itself, and nothing is fetched now: the next
    crawl reads the pages on sites that are visited. The same file of the same partner is taken in once.
    """
    from crawler.desk import leading

    place = workspace()
    with place.run_lock(), Steps() as steps:
        store = opened(place)
        for number, file in enumerate(files, 1):
            taken = leading.ingest(
                store, place, file, provider=provider, handling=handling, reliability=reliability, received=received,
                encoding=encoding,
            )  # fmt: skip
            steps(file.name, number, len(files))
            _tell_taken(taken, file.name, as_json)


def _tell_taken(taken: "Taken", name: str, as_json: bool) -> None:
    lead = taken.lead
    if as_json:
        voice.data(
            {"lead_id": lead.lead_id, "new": taken.is_new, "form": lead.form, "clues": lead.clues, "queued": taken.queued,
             "no_site": taken.homeless, "original_sha256": lead.original_sha256, "unread": list(taken.unread)}
        )  # fmt: skip
        return
    if taken.is_new:
        voice.line(_said("taken", lead=lead.lead_id, clues=lead.clues, name=name, queued=taken.queued))
    else:
        voice.line(_said("again", lead=lead.lead_id, name=name, queued=taken.queued))
    for what in taken.unread:
        voice.aside(_said("unread", what=what))
    if taken.homeless:
        voice.aside(_said("homeless", count=taken.homeless, lead=lead.lead_id))


@click.group(cls=Group, epilog=examples("titlewatch leads list", f"titlewatch ingest FILE   ({' '.join(SUFFIXES)})"))
def leads() -> None:
    """Leads: what partners sent, verified by our own visits, and what became of it. Never evidence."""


@leads.command("list", cls=Command, epilog=examples("titlewatch leads list", "titlewatch leads list --json"))
@as_json
def list_(as_json: bool) -> None:
    """The leads, the newest first, with what became of their clues."""
    from crawler.desk import leading
    from crawler.store import leads as stored

    place = workspace()
    store = opened(place)
    rows: list[list[object]] = []
    for lead in stored.every(store):
        states = tally([one.outcome for one in leading.follow(store, place, lead.lead_id)])
        if as_json:
            voice.data(
                {"lead_id": lead.lead_id, "provider": lead.provider, "received_at": lead.received_at, "form": lead.form,
                 "name": lead.name, "handling": lead.handling, "reliability": lead.reliability, "clues": lead.clues,
                 "states": states, "rejected": lead.rejected, "original_sha256": lead.original_sha256}
            )  # fmt: skip
            continue
        said = ", ".join(f"{count} {_said(f'state.{state}')}" for state, count in states.items())
        provider = lead.provider or _said("nobody")
        rows.append(
            [lead.lead_id, provider, lead.received_at[:10], lead.form, f"TLP:{lead.handling}", lead.clues, said]
        )
    if as_json:
        return
    if not rows:
        voice.aside(_said("none"))
        return
    heads = ("lead", "provider", "received", "form", "handling", "clues", "states")
    voice.table([_said(f"head.{head}") for head in heads], rows)


@leads.command(cls=Command, epilog=examples("titlewatch leads show 01K0LEAD", "titlewatch leads show 01K0LEAD --json"))
@click.argument("lead_id", metavar="LEAD")
@as_json
def show(lead_id: str, as_json: bool) -> None:
    """The clues of a lead, and what our own visits made of each."""
    from crawler.desk import leading
    from crawler.store import leads as stored

    place = workspace()
    store = opened(place)
    lead = stored.one(store, lead_id)
    found = leading.follow(store, place, lead.lead_id)
    if as_json:
        for one in found:
            voice.data(_clue(one))
        return
    voice.line(
        _said("said", lead=lead.lead_id, name=lead.name, provider=lead.provider or _said("nobody"),
              day=lead.received_at[:10], handling=lead.handling, reliability=lead.reliability, sha256=lead.original_sha256)
    )  # fmt: skip
    if lead.rejected:
        voice.line(_said("aside", why=lead.rejected))
    heads = ("clue", "state", "title", "hits", "address")
    rows: list[list[object]] = [
        [one.clue.position, _said(f"state.{one.outcome.state}"), one.clue.title[:40], ", ".join(one.outcome.hits[:2]),
         one.clue.url or one.clue.host]
        for one in found[:SHOWN]
    ]  # fmt: skip
    voice.table([_said(f"head.{head}") for head in heads], rows)
    hosts = sorted({one.clue.host for one in found if one.outcome.state == "no-site" and one.clue.host})
    if hosts:
        voice.aside(_said("sites", hosts=", ".join(hosts[:SHOWN]) + (" ..." if len(hosts) > SHOWN else "")))
    voice.aside(_said("never"))


@leads.command(cls=Command, epilog=examples("titlewatch leads verify", "titlewatch leads verify 01K0LEAD"))
@click.argument("lead_id", metavar="[LEAD]", required=False)
@as_json
def verify(lead_id: str | None, as_json: bool) -> None:
    """Let the next visits read the pages of clues whose sites were added since. Nothing is fetched now."""
    from crawler.desk import leading

    place = workspace()
    with place.run_lock():
        queued, homeless = leading.verify(opened(place), lead_id)
    if as_json:
        voice.data({"queued": queued, "no_site": homeless})
    else:
        voice.line(_said("verified", queued=queued, homeless=homeless))


@leads.command(
    cls=Command,
    epilog=examples('titlewatch leads reject 01K0LEAD --why "the partner withdrew it" --by "Li Si"'),
)
@click.argument("lead_id", metavar="LEAD")
@click.option("--why", metavar="TEXT", required=True)
@click.option("--by", metavar="NAME", required=True)
def reject(lead_id: str, why: str, by: str) -> None:
    """Put a lead aside. It stays on record, and its clues are followed no further."""
    from crawler.desk import leading

    place = workspace()
    lead = leading.reject(opened(place), place, lead_id, why, by)
    voice.line(_said("rejected", lead=lead.lead_id))


@leads.command(
    cls=Command,
    epilog=examples(
        "titlewatch leads reply 01K0LEAD --out outcome.csv", "titlewatch leads reply 01K0LEAD --out outcome.json",
    ),
)  # fmt: skip
@click.argument("lead_id", metavar="LEAD")
@click.option(
    "--out", required=True, type=click.Path(path_type=Path), metavar="FILE", help="A .csv, .json or .jsonl file."
)
@as_json
def reply(lead_id: str, out: Path, as_json: bool) -> None:
    """Write what became of a partner's clues, for the partner: each clue as it came, with its outcome. Nothing is sent.

    Each clue has its outcome beside it, in a .csv, .json or .jsonl file.
    """
    from crawler.desk import leading

    place = workspace()
    count = leading.reply(opened(place), place, lead_id, out)
    if as_json:
        voice.data({"clues": count, "file": str(out.absolute())})
    else:
        voice.line(_said("written", count=count, file=str(out)))


@leads.command(
    cls=Command,
    epilog=examples(
        'titlewatch leads give 01K0CASE --for "CN/版权局" --out clues.csv',
        'titlewatch leads give 01K0CASE --for "US/IPR Center" --out notice.json',
    ),
)
@click.argument("case_id", metavar="CASE")
@click.option("--for", "agency", metavar="COUNTRY/NAME", required=True, help="Who is to have it.")
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A .csv, .json (Lumen) or .jsonl file.",
)
@click.option("--approval", metavar="REF", help="Of the approval under data law, where one is needed.")
@as_json
def give(case_id: str, agency: str, out: Path, approval: str | None, as_json: bool) -> None:
    """Write what people found infringing in a case as clues for a partner. Nothing is sent.

    Every gate of a referral stands before it: decisions, authorisation, data law, two people.
    """
    from crawler.desk import giving

    place = workspace()
    count = giving.give(opened(place), place, case_id, agency, out, approval)
    if as_json:
        voice.data({"clues": count, "file": str(out.absolute())})
    else:
        voice.line(_said("written", count=count, file=str(out)))


def _clue(one: "Followed") -> dict[str, Any]:
    clue = one.clue
    return {
        "position": clue.position, "url": clue.url or None, "host": clue.host or None, "title": clue.title,
        "reference_url": clue.reference_url or None, "seen_at": clue.seen_at or None, "note": clue.note,
        "state": one.outcome.state, "site": one.outcome.site_id, "hits": list(one.outcome.hits), "original": clue.original,
    }  # fmt: skip


def _said(key: str, **facts: object) -> str:
    return say(f"leads.{key}", voice.language(), **{name: voice.shown(value) for name, value in facts.items()})
