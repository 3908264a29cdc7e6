"""titlewatch agencies, cases route: who can act, and to whom a case may go."""

from typing import TYPE_CHECKING, Any

import click

from crawler import clock
from crawler.casework.agencies import GIVERS
from crawler.cli import voice
from crawler.cli.command import Command, Group, as_json, examples, opened, workspace

if TYPE_CHECKING:
    from crawler.casework.agencies import Counterpart
    from crawler.casework.countries import Touch
    from crawler.casework.routing import NoRoute, Recipient


@click.group(cls=Group, epilog=examples("titlewatch agencies list", "titlewatch agencies show us-ipr-center"))
def agencies() -> None:
    """The directory of agencies: dated data with sources, and what in it nobody has verified."""


@agencies.command(
    "list", cls=Command, epilog=examples("titlewatch agencies list --country CN", "titlewatch agencies list --json")
)
@click.option("--country", metavar="CC", help="Only those of a country; WORLD: those of none.")
@as_json
def list_(country: str | None, as_json: bool) -> None:
    """The agencies, and whether their entries may be relied on today."""
    from crawler.desk import routing

    found = [one for one in routing.directory(workspace()) if country is None or one.country == country.upper()]
    if as_json:
        for one in found:
            voice.data(_agency(one))
        return
    heads = [voice.sentence(f"agencies.head.{name}") for name in ("id", "country", "name", "tracks", "standing")]
    today = clock.now().date()
    voice.table(
        heads,
        [[one.agency_id, one.country, one.name[voice.language()], voice.sentence("facts.between").join(_track(t) for t in one.tracks), _standing(one.standing(today))]
         for one in found],
    )  # fmt: skip


@agencies.command(cls=Command, epilog=examples("titlewatch agencies show cn-ncac"))
@click.argument("agency_id", metavar="AGENCY")
@as_json
def show(agency_id: str, as_json: bool) -> None:
    """One agency: what it does, from whom it takes information, how to reach it, and where that is from."""
    from crawler.casework.agencies import named
    from crawler.desk import routing

    one = named(routing.directory(workspace()), agency_id)
    if as_json:
        voice.data(_agency(one))
        return
    _tell(one)
    voice.tell("agencies.takes", givers=voice.sentence("facts.between").join(voice.sentence(f"agencies.givers.{giver}") for giver in one.accepts_from),
               languages=voice.sentence("facts.between").join(one.languages))  # fmt: skip
    for channel in one.channels:
        value = channel.value or voice.sentence("agencies.look_up")
        voice.tell("agencies.channel", kind=voice.sentence(f"agencies.channels.{channel.kind}"), value=value)
    voice.tell("agencies.source", source=one.source)


@click.command(
    cls=Command,
    epilog=examples("titlewatch cases route 01K0CASE", "titlewatch cases route 01K0CASE --track criminal --json"),
)
@click.argument("case_id", metavar="CASE")
@click.option("--track", metavar="T", help="Default: the case's own.")
@click.option("--giver", default="right-holder", metavar="G", help=f"As whom it is given: {', '.join(GIVERS)}.")
@as_json
def route(case_id: str, track: str | None, giver: str, as_json: bool) -> None:
    """The countries that a case touches, and to whom it may go; where to nobody, why not. Nothing is sent."""
    from crawler.desk import routing

    place = workspace()
    reach, found = routing.route(opened(place), place, case_id, track, giver, clock.now().date())
    if as_json:
        voice.data(
            {"hosts": list(reach.hosts), "crosses_borders": reach.crosses_borders, "countries": [_touch(t) for t in reach.touches],
             "recipients": [_recipient(r) for r in found.recipients], "refusals": [_refusal(no) for no in found.refusals]}
        )  # fmt: skip
        return
    for touch in reach.touches:
        voice.tell("route.touch", country=touch.country, role=voice.sentence(f"route.roles.{touch.role}"), host=touch.host or "-",
                   confidence=voice.sentence(f"route.confidence.{touch.confidence}"), sources=voice.sentence("facts.between").join(touch.sources),
                   at=clock.stamp(touch.at), disputed=voice.sentence("route.disputed") if touch.is_disputed else "")  # fmt: skip
    voice.tell("route.crosses" if reach.crosses_borders else "route.within")
    for recipient in found.recipients:
        voice.line()
        _tell(recipient.agency)
        if recipient.is_instead:
            voice.tell("route.instead", track=_track(recipient.track))
        if recipient.through == "member-body":
            voice.tell("route.through")
    for no in found.refusals:
        voice.line()
        voice.tell(f"route.refusals.{no.why}", subject=no.subject, detail=no.detail)


def note_addressee(name: str, entry: "Counterpart | None") -> None:
    """Say on stderr which entry of the directory an addressee is, or that there is none."""
    if entry is None:
        voice.note("agencies.unlisted", name=name)
    else:
        voice.note(
            "agencies.listed", name=name, id=entry.agency_id, standing=_standing(entry.standing(clock.now().date()))
        )


def _tell(one: "Counterpart") -> None:
    standing = one.standing(clock.now().date())
    voice.tell("agencies.one", id=one.agency_id, country=one.country, name=one.name[voice.language()])
    voice.tell("agencies.does", competence=one.competence[voice.language()])
    voice.tell(
        f"agencies.standings.{standing}", day=one.verified_on or "-", by=one.verified_by, due=one.review_due or "-"
    )


def _track(track: str) -> str:
    return voice.sentence(f"agencies.tracks.{track}")


def _standing(standing: str) -> str:
    return voice.sentence(f"agencies.standing.{standing}")


def _agency(one: "Counterpart") -> dict[str, Any]:
    return {
        "id": one.agency_id, "country": one.country, "kind": one.kind, "level": one.level, "name": dict(one.name),
        "tracks": list(one.tracks), "competence": dict(one.competence), "accepts_from": list(one.accepts_from),
        "languages": list(one.languages), "channels": [{"kind": c.kind, "value": c.value} for c in one.channels],
        "source": one.source, "standing": one.standing(clock.now().date()),
        "verified_on": one.verified_on.isoformat() if one.verified_on else None, "verified_by": one.verified_by or None,
        "review_due": one.review_due.isoformat() if one.review_due else None,
    }  # fmt: skip


def _touch(touch: "Touch") -> dict[str, Any]:
    return {
        "country": touch.country, "role": touch.role, "host": touch.host or None, "confidence": touch.confidence,
        "at": clock.stamp(touch.at), "statements": list(touch.statements), "sources": list(touch.sources), "disputed": touch.is_disputed,
    }  # fmt: skip


def _recipient(recipient: "Recipient") -> dict[str, Any]:
    return {
        "agency": recipient.agency.agency_id, "country": recipient.agency.country, "track": recipient.track,
        "standing": recipient.standing, "instead": recipient.is_instead, "through": recipient.through,
        "because": [statement for touch in recipient.because for statement in touch.statements],
    }  # fmt: skip


def _refusal(no: "NoRoute") -> dict[str, Any]:
    return {"subject": no.subject or None, "why": no.why, "detail": no.detail or None}
