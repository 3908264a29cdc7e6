"""titlewatch rules: the rules of matching, how they did by people's decisions, and suspending one."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crawler.cli import voice
from crawler.cli.command import Command, Group, as_json, examples, opened, workspace

if TYPE_CHECKING:
    from crawler.desk.learning import Record

_LIST = examples("titlewatch rules", "titlewatch rules list --all", "titlewatch rules list --json")
_ALL = click.option("--all", "every", is_flag=True, help="Also the rules that spoke in no hit that was decided.")


@click.group(cls=Group, invoke_without_command=True, epilog=_LIST)
@_ALL
@as_json
@click.pass_context
def rules(context: click.Context, every: bool, as_json: bool) -> None:
    """The rules of matching, and how each did by people's decisions; without a command: the list."""
    if context.invoked_subcommand is None:
        _list(every, as_json)


@rules.command("list", cls=Command, epilog=_LIST)
@_ALL
@as_json
def list_(every: bool, as_json: bool) -> None:
    """Each rule that spoke in decided hits: its scale, the hits in which it spoke, how many were decided right and wrong, its precision.

    Right is infringing; wrong is not_infringing, same_title_other_work, review_news and licensed. A rule is
    flagged when, with 95% confidence, it is right less often than matching.rule_precision, from 20 decisions up.
    Suspended rules always stand in the list, and --json has every rule.
    """
    _list(every, as_json)


@rules.command(
    cls=Command,
    epilog=examples('titlewatch rules suspend words-near-offer --by "Li Si" --note "speaks in every news page here"'),
)
@click.argument("rule")
@click.option("--by", "decided_by", metavar="NAME", required=True, help="The person who decides.")
@click.option("--note", metavar="TEXT", required=True, help="Why; stays in the workspace, the ledger holds its hash.")
def suspend(rule: str, decided_by: str, note: str) -> None:
    """Let a rule count nothing in this workspace, from the next run on."""
    from crawler.desk import learning

    place = workspace()
    made = learning.suspend(opened(place), place, rule, decided_by, note)
    voice.tell("rules.suspended", rule=made.rule, by=made.decided_by)


@rules.command(cls=Command, epilog=examples('titlewatch rules resume words-near-offer --by "Li Si"'))
@click.argument("rule")
@click.option("--by", "decided_by", metavar="NAME", required=True, help="The person who decides.")
def resume(rule: str, decided_by: str) -> None:
    """Let a suspended rule count again, from the next run on."""
    from crawler.desk import learning

    place = workspace()
    made = learning.resume(opened(place), place, rule, decided_by)
    voice.tell("rules.resumed", rule=made.rule, by=made.decided_by)


@rules.command(cls=Command, epilog=examples("titlewatch rules fit --out scales.toml"))
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", required=True)
@click.option(
    "--negatives", type=click.FloatRange(0.1, 100), default=1.5, show_default=True, metavar="N",
    help="What a wrong hit counts, against a right one.",
)  # fmt: skip
def fit(out: Path, negatives: float) -> None:
    """Fit the scales of the rules on this workspace's decisions, and write them to a file.

    Nothing changes until matching.scales names the file. Only hits are decided: what was overlooked teaches
    nothing here.
    """
    from crawler.desk import learning
    from crawler.matching.scales import as_toml
    from crawler.whole_file import hand_out

    place = workspace()
    learned = learning.fit(opened(place), place, negatives)
    heading = ("How much each rule counts: its weight times its scale; fitted on decisions by titlewatch rules fit.",)
    hand_out(out, as_toml(learned.scales, heading).encode())
    for key, at in (("before", learned.before), ("held_out", learned.held_out)):
        voice.tell(f"rules.{key}", count=at.texts, precision=f"{at.precision:.3f}", brier=f"{at.brier:.3f}")
    voice.tell("rules.fitted", file=out.resolve())


def _list(every: bool, as_json: bool) -> None:
    from crawler.desk import learning

    place = workspace()
    found = learning.records(opened(place), place)
    if as_json:
        for record in found:
            voice.data(_facts(record))
        return
    others = 0 if every else sum(not _is_telling(record) for record in found)
    if not every:
        found = [record for record in found if _is_telling(record)]
    if found:
        _tell(found)
    if others:
        voice.note("rules.others", count=others)


def _is_telling(record: "Record") -> bool:
    """Whether people's decisions say something of a rule, or people have suspended it."""
    return record.decided > 0 or record.suspension is not None


def _tell(found: "list[Record]") -> None:
    names = ("rule", "state", "scale", "hits", "right", "wrong", "precision", "interval")
    voice.table([voice.sentence(f"rules.head.{name}") for name in names], [_row(record) for record in found])
    voice.line()
    for record in found:
        voice.line(record.rule)
        voice.tell("rules.says", text=record.says[voice.language()])
        if act := record.suspension:
            voice.tell("rules.suspension", by=act.decided_by, at=f"{act.decided_at:%Y-%m-%d}", note=act.note)


def _row(record: "Record") -> list[object]:
    low, high = record.interval
    decided = record.precision is not None
    return [
        record.rule, voice.sentence(f"rules.state.{record.state}"), f"{record.scale:.2f}", record.hits, record.right,
        record.wrong, f"{record.precision:.2f}" if decided else "-", f"{low:.2f}-{high:.2f}" if decided else "-",
    ]  # fmt: skip


def _facts(record: "Record") -> dict[str, Any]:
    from crawler import clock

    act = record.suspension
    return {
        "rule": record.rule,
        "says": record.says,
        "scale": record.scale,
        "speaks": record.speaks,
        "hits": record.hits,
        "right": record.right,
        "wrong": record.wrong,
        "precision": record.precision,
        "interval": [round(end, 4) for end in record.interval] if record.decided else None,
        "state": record.state,
        "suspended_by": act.decided_by if act else None,
        "suspended_at": clock.stamp(act.decided_at) if act else None,
        "note": act.note if act else None,
    }
