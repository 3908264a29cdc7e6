"""titlewatch sites moves, sites follow: where a site was, where it went, and the person's act that follows it."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crawler import clock
from crawler.cli import voice
from crawler.cli.command import Command, as_json, examples, opened, workspace
from crawler.wording import say

if TYPE_CHECKING:
    from crawler.attribution.acts import Act, After
    from crawler.attribution.moves import Move
    from crawler.desk.following import Proposal
    from crawler.desk.moving import Noticed


@click.command(
    cls=Command,
    epilog=examples(
        "titlewatch sites moves forum-example",
        "titlewatch sites moves forum.example --json",
        "titlewatch sites moves forum-example --svg timeline.svg",
        'titlewatch sites moves forum-example --notice "2026-03-01 notice to the host"',
    ),
)
@click.argument("name", metavar="SITE|HOST")
@click.option(
    "--svg", "svg", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False),
    help="Draw the timeline there, in the language of the terminal.",
)  # fmt: skip
@click.option(
    "--notice", "notices", metavar='"DATE [TEXT]"', multiple=True,
    help="A notice that was sent outside of titlewatch (ISO 8601, UTC): days are counted from it, too.",
)  # fmt: skip
@as_json
def moves(name: str, svg: Path | None, notices: tuple[str, ...], as_json: bool) -> None:
    """What changed about where a site is, between when and when, and how many days after what we did.

    Addresses that take turns are no move, and the country of a delivery network's edge is never the server's.
    """
    from crawler.attribution.acts import after_acts
    from crawler.desk import following, moving
    from crawler.whole_file import hand_out

    place = workspace()
    store = opened(place)
    given = [_notice(text) for text in notices]
    sites = moving.sites_of(store, name)
    for site_id in sites:
        found = moving.of_site(store, place, site_id)
        acts = [*moving.acts_on(store, site_id), *given]
        after = after_acts(found, acts)
        if as_json:
            for move in found:
                voice.data(record(move, [one for one in after if one.move == move]))
        else:
            _tell(site_id, found, after)
            for proposal in following.proposals(store, place, site_id):
                _propose(proposal)
        if svg is not None:
            path = svg if len(sites) == 1 else svg.with_stem(f"{svg.stem}-{site_id}")
            drawn = moving.drawn(store, place, site_id, voice.language(), given)
            hand_out(path, drawn.encode("utf-8"))
            voice.aside(say("moves.written", voice.language(), path=voice.shown(path)))


@click.command(
    cls=Command,
    epilog=examples(
        'titlewatch sites follow forum-example https://forum-new.example/ --by "Li Wen"',
        'titlewatch sites follow forum-example https://forum-new.example/ --by "Li Wen" --note "same members, same notices"',
    ),
)
@click.argument("site_id", metavar="SITE")
@click.argument("url", metavar="URL")
@click.option("--by", required=True, metavar="NAME", help="Who looked at the new address.")
@click.option(
    "--note", default="", metavar="TEXT", help="Why it is the same site, where the record does not bear it out."
)
def follow(site_id: str, url: str, by: str, note: str) -> None:
    """Let a site have a new address, after a person has looked at it. Its cases follow; nothing is fetched or sent."""
    from crawler.desk import following

    place = workspace()
    store = opened(place)
    host, noticed = following.follow(store, place, site_id, url, by, note)
    language = voice.language()
    voice.line(say("moves.follow.done", language, host=voice.shown(host), site=site_id))
    for line in followed_lines(noticed):
        voice.line(line)


def followed_lines(noticed: "Noticed") -> Iterator[str]:
    """Which cases followed, and for which nothing could be drafted."""
    language = voice.language()
    for one in noticed.followed:
        what = [say(f"moves.follow.{'reopened' if one.reopened else 'noted'}", language)]
        if one.referrals:
            what.append(say("moves.follow.drafted", language, ids=", ".join(one.referrals)))
        yield say("moves.follow.case", language, case=one.case_id, what=say("moves.list", language).join(what))
    for case_id, why in noticed.not_drafted:
        yield say("moves.follow.failed", language, case=case_id, why=voice.shown(why))


def record(move: "Move", after: list["After"]) -> dict[str, Any]:
    """A move as ``--json`` gives it."""
    return {
        "move_id": move.move_id, "site": move.site, "host": move.host, "kind": move.kind, "of": move.shown_by,
        "before": list(move.before), "after": list(move.after),
        "last_seen": clock.stamp(move.last_seen) if move.last_seen else None, "at": clock.stamp(move.at),
        "confidence": move.confidence, "vantage": move.vantage, "edge": move.edge, "statements": list(move.statements),
        "exchanges": list(move.exchanges),
        "after_acts": [
            {
                "act": one.act.kind, "id": one.act.act_id, "at": clock.stamp(one.act.at), "to": one.act.to or None,
                "days": one.days, "days_at_least": one.days_at_least, "surely_after": one.is_surely_after,
            }
            for one in after
        ],
    }  # fmt: skip


def _tell(site_id: str, found: tuple["Move", ...], after: tuple["After", ...]) -> None:
    from crawler.casework import move_words as words

    language = voice.language()
    if not found:
        voice.aside(say("moves.none", language, site=site_id))
        return
    for move in found:
        facts = {"kind": words.kind_of(move, language), "host": move.host, "change": words.change_of(move, language)}
        voice.line(voice.shown(say("moves.line", language, at=words.minute(move.at), **facts)))
        told = [words.when(move, language), *words.remarks(move, language)]
        told += [words.after_what(one, language) for one in after if one.move == move]
        ids = ", ".join((*move.statements, *move.exchanges))
        told += [say("moves.shown", language, ids=ids)] if ids else []
        for line in told:
            voice.line(f"    {voice.shown(line)}")
    if after:
        voice.line(say("moves.after.counted", language))


def _propose(proposal: "Proposal") -> None:
    language = voice.language()
    reasons = [
        say(f"candidates.reason.{reason['key']}", language, **{k: v for k, v in reason.items() if k != "key"})
        for reason in proposal.reasons
    ]
    because = (
        say("moves.follow.because", language, reasons=("；" if language == "zh" else "; ").join(reasons))
        if reasons
        else say("moves.follow.nothing", language)
    )
    facts = {"site": proposal.site, "host": proposal.host, "because": because}
    voice.line(voice.shown(say("moves.follow.proposed", language, **facts)))
    voice.line(voice.shown(say("moves.follow.how", language, site=proposal.site, url=proposal.url)))


def _notice(text: str) -> "Act":
    from datetime import UTC, datetime

    from crawler.attribution.acts import Act
    from crawler.errors import UsageError

    day, _, rest = text.strip().partition(" ")
    try:
        at = datetime.fromisoformat(day)
    except ValueError:
        raise UsageError("not a date", day, "write it as 2026-03-01 or 2026-03-01T09:30Z") from None
    at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    return Act(text, "notice", at, reference=rest.strip(), is_day="T" not in day)
