"""titlewatch referrals dispatch, acknowledge, message, due, outcome, withdraw, show, corrections, correction, mail, upload-list."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crawler.cli import voice
from crawler.cli.command import Command, as_json, examples, opened, workspace
from crawler.cli.days import Day
from crawler.wording import say

if TYPE_CHECKING:
    from crawler.desk.corresponding import Standing
    from crawler.store.correspondence import ReferralAct

_BY = click.option("--by", metavar="NAME", required=True)
_ON = click.option(
    "--on", "on_day", type=Day(), metavar="DAY", help="The day on which it happened; default: today (UTC)."
)
_DOCUMENT = click.option(
    "--document", type=click.Path(path_type=Path), metavar="FILE", help="The letter or proof; a copy is kept."
)
_PROOF = click.option(
    "--proof", type=click.Path(path_type=Path), metavar="FILE", required=True,
    help="The fax report, the posting receipt, the sent mail, the portal's confirmation; a copy is kept.",
)  # fmt: skip
_CHANNEL = click.option("--channel", metavar="C", required=True, help="One of: fax, email, post, portal, hand.")
_TO = click.option("--to", metavar="TEXT", required=True, help="The number, the address, the portal.")


@click.command(
    cls=Command,
    epilog=examples(
        "titlewatch referrals dispatch 01K0REFERRAL exports/TW-REFERRAL-... --channel fax --to +1-202-555-0100 \\",
        '    --proof fax-report.pdf --on 2026-05-04 --due 2026-06-04 --by "Li Si"',
    ),
)
@click.argument("referral_id", metavar="REFERRAL")
@click.argument("package", metavar="PACKAGE", type=click.Path(path_type=Path, exists=True, file_okay=False))
@_CHANNEL
@_TO
@_PROOF
@_ON
@click.option("--due", type=Day(), metavar="DAY", help="The day by which a reply is expected.")
@_BY
@as_json
def dispatch(
    referral_id: str, package: Path, channel: str, to: str, proof: Path, on_day: date | None, due: date | None, by: str,
    as_json: bool,
) -> None:  # fmt: skip
    """Enter that a person sent a package, how, to whom, and with what proof. The sending itself is the person's act."""
    from crawler.desk import corresponding

    place = workspace()
    made = corresponding.dispatch(
        opened(place),
        place,
        referral_id,
        package,
        channel=channel,
        to=to,
        on_day=on_day or _today(),
        proof=proof,
        by=by,
        due=due,
    )
    _tell_entered(made, as_json)


@click.command(
    cls=Command,
    epilog=examples('titlewatch referrals acknowledge 01K0REFERRAL --reference "IPR-2026-0417" --by "Li Si"'),
)
@click.argument("referral_id", metavar="REFERRAL")
@click.option("--reference", metavar="REF", required=True, help="The counterpart's own.")
@_DOCUMENT
@_ON
@_BY
@as_json
def acknowledge(
    referral_id: str, reference: str, document: Path | None, on_day: date | None, by: str, as_json: bool
) -> None:
    """Enter that the counterpart has it, and under which reference."""
    from crawler.desk import corresponding

    place = workspace()
    made = corresponding.acknowledge(
        opened(place), place, referral_id, reference=reference, on_day=on_day or _today(), by=by, document=document
    )
    _tell_entered(made, as_json)


@click.command(
    cls=Command,
    epilog=examples(
        'titlewatch referrals message 01K0REFERRAL in --text "asks for the server logs" --document letter.pdf --by "Li Si"',
        'titlewatch referrals message 01K0REFERRAL minutes --text "call on 5 May: they open a file" --by "Li Si"',
    ),
)
@click.argument("referral_id", metavar="REFERRAL")
@click.argument("direction", type=click.Choice(["in", "out", "minutes"]))
@click.option("--text", metavar="TEXT", required=True, help="In a sentence.")
@click.option("--reference", metavar="REF", default="", help="The counterpart's own, where it gives one.")
@_DOCUMENT
@_ON
@_BY
@as_json
def message(
    referral_id: str, direction: str, text: str, reference: str, document: Path | None, on_day: date | None, by: str,
    as_json: bool,
) -> None:  # fmt: skip
    """Enter a message of the thread: one that came in, one that went out, or the minutes of a talk."""
    from crawler.desk import corresponding

    place = workspace()
    made = corresponding.message(
        opened(place), place, referral_id, direction=direction, text=text, on_day=on_day or _today(), by=by, reference=reference,
        document=document,
    )  # fmt: skip
    _tell_entered(made, as_json)


@click.command(cls=Command, epilog=examples('titlewatch referrals due 01K0REFERRAL 2026-06-04 --by "Li Si"'))
@click.argument("referral_id", metavar="REFERRAL")
@click.argument("day", type=Day(), metavar="DAY")
@_BY
@as_json
def due(referral_id: str, day: date, by: str, as_json: bool) -> None:
    """Enter by when a reply is expected."""
    from crawler.desk import corresponding

    place = workspace()
    _tell_entered(corresponding.expect(opened(place), place, referral_id, day, on_day=_today(), by=by), as_json)


@click.command(
    cls=Command,
    epilog=examples('titlewatch referrals outcome 01K0REFERRAL site-closed --text "order of 3 June" --by "Li Si"'),
)
@click.argument("referral_id", metavar="REFERRAL")
@click.argument("result", metavar="OUTCOME")
@click.option("--text", metavar="TEXT", default="", help="In a sentence.")
@_DOCUMENT
@_ON
@_BY
@as_json
def outcome(
    referral_id: str, result: str, text: str, document: Path | None, on_day: date | None, by: str, as_json: bool
) -> None:
    """Enter what came of it: accepted, refused, transferred, under-investigation, content-removed, site-closed, sanctioned, convicted, no-reply."""
    from crawler.desk import corresponding

    place = workspace()
    made = corresponding.outcome(
        opened(place), place, referral_id, result=result, text=text, on_day=on_day or _today(), by=by, document=document
    )
    _tell_entered(made, as_json)


@click.command(
    cls=Command,
    epilog=examples('titlewatch referrals withdraw 01K0REFERRAL --why "the licence was found" --by "Li Si"'),
)
@click.argument("referral_id", metavar="REFERRAL")
@click.option("--why", metavar="TEXT", required=True)
@_ON
@_BY
@as_json
def withdraw(referral_id: str, why: str, on_day: date | None, by: str, as_json: bool) -> None:
    """Enter that a referral was taken back; what was sent stays on record."""
    from crawler.desk import corresponding

    place = workspace()
    made = corresponding.withdraw(opened(place), place, referral_id, why=why, on_day=on_day or _today(), by=by)
    _tell_entered(made, as_json)


@click.command(
    cls=Command,
    epilog=examples("titlewatch referrals show 01K0REFERRAL", "titlewatch referrals show 01K0REFERRAL --json"),
)
@click.argument("referral_id", metavar="REFERRAL")
@as_json
def show(referral_id: str, as_json: bool) -> None:
    """Where a referral stands, and its thread with the counterpart."""
    from crawler.desk import corresponding

    one = corresponding.standing(opened(workspace()), referral_id)
    if as_json:
        voice.data(_record(one))
        return
    life = one.life
    voice.line(
        _said("head", referral=one.referral.referral_id, agency=one.referral.agency, stage=_said(f"stage.{life.stage}"))
    )
    if life.reference:
        voice.line(_said("reference", reference=life.reference))
    if life.due:
        key = "overdue" if life.is_overdue(_today()) else "due"
        voice.line(_said(key, day=life.due.isoformat()))
    for act in one.acts:
        voice.line(
            _said("line", day=act.on_day.isoformat(), act=_said(f"act.{act.act}"), what=_what(act), by=act.done_by,
                  system=f"{act.system_user}@{act.system_host}")
        )  # fmt: skip
        if act.document_sha256:
            voice.line(_said("proof", sha256=act.document_sha256))
    _tell_changed(one)


@click.command(
    cls=Command, epilog=examples("titlewatch referrals corrections", "titlewatch referrals corrections --json")
)
@as_json
def corrections(as_json: bool) -> None:
    """The referrals that were sent and rest on decisions that stand no longer."""
    from crawler.desk import corresponding

    found = [one for one in corresponding.every(opened(workspace())) if one.changed]
    for one in found:
        if as_json:
            voice.data(_record(one))
        else:
            _tell_changed(one)
    if not found and not as_json:
        voice.aside(_said("nothing"))


@click.command(
    cls=Command,
    epilog=examples(
        "titlewatch referrals correction 01K0REFERRAL --out correction.pdf",
        "titlewatch referrals correction 01K0REFERRAL --sent --channel email --to desk@agency.example --proof sent.eml \\",
        '    --by "Li Si"',
    ),
)
@click.argument("referral_id", metavar="REFERRAL")
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="FILE.pdf", help="Draft the correction here, in both languages."
)
@click.option("--sent", is_flag=True, help="Enter that a person sent it.")
@click.option("--channel", metavar="C", default="", help="With --sent: fax, email, post, portal, hand.")
@click.option("--to", metavar="TEXT", default="", help="With --sent: the number, the address, the portal.")
@click.option(
    "--proof", type=click.Path(path_type=Path), metavar="FILE", help="With --sent: what proves it; a copy is kept."
)
@_ON
@click.option("--by", metavar="NAME", default="", help="With --sent: who sent it.")
def correction(
    referral_id: str,
    out: Path | None,
    sent: bool,
    channel: str,
    to: str,
    proof: Path | None,
    on_day: date | None,
    by: str,
) -> None:
    """Draft the correction of a referral whose decisions changed after it was sent, or enter that a person sent it."""
    from crawler.desk import correcting, corresponding
    from crawler.errors import UsageError

    place = workspace()
    store = opened(place)
    if not out and not sent:
        raise UsageError(
            "nothing to do", referral_id, "give --out FILE.pdf to draft it, or --sent to enter that it was sent"
        )
    if out:
        correcting.draft(store, place, referral_id, out, voice.language())
        voice.line(_said("written", file=str(out)))
    if sent:
        if proof is None:
            raise UsageError("sent without proof", referral_id, "give --proof FILE")
        made = corresponding.correct(
            store, place, referral_id, channel=channel, to=to, on_day=on_day or _today(), proof=proof, by=by
        )
        _tell_entered(made, False)


@click.command(
    cls=Command,
    epilog=examples(
        "titlewatch referrals mail exports/TW-REFERRAL-... --to desk@agency.example --language en --out draft.eml"
    ),
)
@click.argument("package", metavar="PACKAGE", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--to", metavar="ADDRESS", required=True)
@click.option("--language", metavar="LANGUAGE", default="en", show_default=True, help="Of the package's papers.")
@click.option("--out", type=click.Path(path_type=Path), required=True, metavar="FILE.eml")
def mail(package: Path, to: str, language: str, out: Path) -> None:
    """Write a mail with the papers of a package as a draft, for a person's own mail program. Nothing is sent."""
    from crawler.desk import mailing
    from crawler.whole_file import hand_out

    contact = workspace().configuration().collector.contact
    hand_out(out, mailing.mail(package, to, language, contact))
    voice.line(_said("written", file=str(out)))


@click.command(
    "upload-list",
    cls=Command,
    epilog=examples("titlewatch referrals upload-list exports/TW-REFERRAL-... --out upload.csv"),
)
@click.argument("package", metavar="PACKAGE", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--out", type=click.Path(path_type=Path), required=True, metavar="FILE.csv")
def upload_list(package: Path, out: Path) -> None:
    """Write the list of a package's files with sizes and hashes: what a portal is given. Nothing is sent."""
    from crawler.desk import mailing
    from crawler.whole_file import hand_out

    hand_out(out, mailing.upload_list(package))
    voice.line(_said("written", file=str(out)))


COMMANDS = (dispatch, acknowledge, message, due, outcome, withdraw, show, corrections, correction, mail, upload_list)


def _tell_entered(made: "ReferralAct", as_json: bool) -> None:
    if as_json:
        voice.data(
            {
                "referral_act": made.act_id,
                "act": made.act,
                "ledger_seq": made.ledger_seq,
                "document_sha256": made.document_sha256,
            }
        )
    else:
        voice.line(_said("entered", act=_said(f"act.{made.act}"), day=made.on_day.isoformat()))


def _tell_changed(one: "Standing") -> None:
    if one.changed:
        voice.line(
            _said("changed", referral=one.referral.referral_id, agency=one.referral.agency, count=len(one.changed))
        )
    for change in one.changed:
        voice.line(_said("item", hit=change.hit_id, then=_verdict(change.then), now=_verdict(change.now)))


def _verdict(verdict: str) -> str:
    return _said("gone") if verdict == "gone" else voice.sentence(f"status.{verdict}")


def _what(act: "ReferralAct") -> str:
    facts = act.facts
    if act.act == "outcome":
        return " · ".join(part for part in (_said(f"outcome.{facts['outcome']}"), facts["text"]) if part)
    names = ("channel", "to", "reference", "direction", "text", "due", "why")
    told = {"channel", "direction"}
    return " · ".join(
        _said(f"{name}.{facts[name]}") if name in told else str(facts[name]) for name in names if facts.get(name)
    )


def _record(one: "Standing") -> dict[str, Any]:
    referral, life = one.referral, one.life
    return {
        "referral_id": referral.referral_id, "case_id": referral.case_id, "agency": referral.agency, "stage": life.stage,
        "dispatched": life.dispatched and life.dispatched.isoformat(), "reference": life.reference or None,
        "due": life.due and life.due.isoformat(), "overdue": life.is_overdue(_today()), "outcome": life.outcome or None,
        "changed": [{"hit_id": c.hit_id, "then": c.then, "now": c.now} for c in one.changed],
        "acts": [
            {"act": act.act, "day": act.on_day.isoformat(), **act.facts, "document_sha256": act.document_sha256, "by": act.done_by,
             "system": f"{act.system_user}@{act.system_host}", "ledger_seq": act.ledger_seq}
            for act in one.acts
        ],
    }  # fmt: skip


def _today() -> date:
    from crawler import clock

    return clock.now().date()


def _said(key: str, **facts: object) -> str:
    return say(f"correspondence.{key}", voice.language(), **{name: voice.shown(value) for name, value in facts.items()})
