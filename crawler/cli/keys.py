"""titlewatch keys: who signs, since when, and what to do when that changes."""

from typing import TYPE_CHECKING

import click

from crawler.cli import voice
from crawler.cli.command import Command, Group, as_json, examples, workspace
from crawler.wording import say

if TYPE_CHECKING:
    from crawler.workspace import Workspace

BY = click.option("--by", metavar="NAME", required=True, help="The person who does it.")
WHY = click.option("--why", metavar="TEXT", required=True, help="The reason; it stays in the ledger.")


@click.group(cls=Group, epilog=examples("titlewatch keys show", 'titlewatch keys rotate --by "Li Si" --why "yearly"'))
def keys() -> None:
    """The signing keys: shown, changed, reported lost, guarded by a passphrase.

    The private key may lie outside the workspace, such as on a USB stick: move keys/signer.pem there, then
    titlewatch config evidence.key=/media/usb/signer.pem
    """


@keys.command(cls=Command, epilog=examples("titlewatch keys show", "titlewatch keys show --json"))
@as_json
def show(as_json: bool) -> None:
    """Every key that has signed here: fingerprint, since when, until when, and why."""
    from crawler.desk import holding
    from crawler.evidence.keys import spoken

    place = workspace()
    every, ring = holding.held(place), holding.ring_of(place)
    for held in every:
        key = held.key
        public = ring.public if key.until is None else ring.retired_public(key.fingerprint)
        if as_json:
            voice.data(
                {"fingerprint": key.fingerprint, "spoken": spoken(key.fingerprint), "since": held.since,
                 "since_entry": key.since, "until": held.until, "until_entry": key.until, "act": key.act,
                 "by": key.by or None, "why": key.why or None, "ended": key.ended, "trusted_entry": key.trusted,
                 "current": key.until is None,
                 "public_file": str(public) if public.is_file() else None, "public": key.public.decode() if key.public else None}
            )  # fmt: skip
            continue
        voice.line(spoken(key.fingerprint))
        if key.until is None:
            _tell("serving", since=held.since, seq=key.since)
        else:
            _tell("served", since=held.since, seq=key.since, until=held.until, end=key.until)
        if key.trusted is not None:
            _tell("trusted", trusted=key.trusted)
        if key.act == "init":
            _tell("founded")
        else:
            act = say(f"keys.{key.act}", voice.language()) if key.act in ("rotate", "lost", "compromised") else key.act
            _tell("why", act=act, by=key.by, why=key.why)
        if public.is_file():
            _tell("public", path=public)
        voice.line()
    if not as_json:
        state, facts = holding.private(place)
        _tell("place", path=ring.private)
        _tell(state, **facts)


@keys.command(
    cls=Command,
    epilog=examples(
        'titlewatch keys rotate --by "Li Si" --why "yearly change"',
        'titlewatch keys rotate --by "Li Si" --why "the old machine is given away" --destroy',
    ),
)
@BY
@WHY
@click.option("--destroy", is_flag=True, help="Overwrite and remove the old private key instead of keeping it.")
def rotate(by: str, why: str, destroy: bool) -> None:
    """Change the key: a new one is made, and old and new sign the change in the ledger.

    Who knows the old fingerprint can follow the change; what the old key signed before stays good. Not
    while a crawl runs.
    """
    from crawler.desk import holding

    place = workspace()
    old = holding.held(place)[-1].key.fingerprint
    new = holding.rotate(place, by, why, destroy)
    _tell("changed")
    if destroy:
        _tell("destroyed")
    else:
        _tell("retired", path=holding.ring_of(place).retired_private(old))
    _publics(place, old)
    announce(new.fingerprint)


@keys.command(
    cls=Command,
    epilog=examples(
        'titlewatch keys lost --by "Li Si" --why "the USB stick broke"',
        'titlewatch keys lost --compromised --trusted 2026-03-01T08:00:00Z --by "Li Si" --why "the laptop was stolen"',
    ),
)
@BY
@WHY
@click.option("--compromised", is_flag=True, help="Somebody else has, or may have, the private key.")
@click.option(
    "--trusted", metavar="ENTRY|TIME", help="The last ledger entry, or the time, until which the old key is trusted."
)
def lost(by: str, why: str, compromised: bool, trusted: str | None) -> None:
    """Replace a private key (or its passphrase) that is gone, or that somebody else may have.

    \b
    1. Look whether a backup has it: restoring keys/ is better than this.
    2. If it was stolen, find the last entry before that: titlewatch ledger --last 100
       With --compromised, --trusted must say which it is.
    3. Run this command. It makes a new key. The ledger's entry is signed by the new key alone,
       so nobody who knows only the old fingerprint can follow it: that is the price.
       What the old key signed after the trusted entry fails verification from now on.
    4. Give the new fingerprint to everybody who has the old one, in person or on paper.
    5. Export again what was exported after the trusted entry. Timestamps over older bundles
       still prove that those existed before the loss.
    A key kept outside (evidence.key) whose medium is gone: first name a new place with
    titlewatch config evidence.key=PATH, or evidence.key="" for the workspace's own folder.
    """
    from crawler.desk import holding

    place = workspace()
    guarded = holding.is_guarded(place)
    new = holding.lose(place, by, why, compromised, trusted)
    replaced = holding.held(place)[-2].key
    _tell("replaced", trusted=replaced.trusted)
    if guarded:
        _tell("bare")
    _publics(place, replaced.fingerprint)
    announce(new.fingerprint)
    _tell("tell")


@keys.command(
    cls=Command,
    epilog=examples("titlewatch keys protect", "TITLEWATCH_PASSPHRASE_FILE=key.passphrase titlewatch keys protect"),
)
def protect() -> None:
    """Put a passphrase on the private key.

    It comes from TITLEWATCH_PASSPHRASE, from the file that TITLEWATCH_PASSPHRASE_FILE names, or is typed.
    Whatever signs (crawl, nightly, export) then needs it, and says so before it begins.
    """
    _guard(True, "protected")


@keys.command(cls=Command, epilog=examples("titlewatch keys unprotect"))
def unprotect() -> None:
    """Take the passphrase off the private key."""
    _guard(False, "unprotected")


def announce(fingerprint: str) -> None:
    """Say a new key's fingerprint, twice, and to keep it elsewhere."""
    from crawler.evidence.keys import spoken

    _tell("made", fingerprint=fingerprint)
    _tell("spoken", spoken=spoken(fingerprint))
    _tell("write_down")


def ready(place: "Workspace") -> None:
    """See that the key can sign, and say when a change of key had been cut short. Raises EnvironmentProblem."""
    from crawler.desk import holding

    ended = holding.check(place)
    if ended:
        click.echo(say(f"keys.{ended}", voice.language()), err=True)


def _publics(place: "Workspace", old: str) -> None:
    """Say where the new public key lies and where the old one, which earlier bundles need."""
    from crawler.desk import holding

    ring = holding.ring_of(place)
    _tell("public", path=ring.public)
    _tell("public_old", path=ring.retired_public(old))


def _guard(guarded: bool, sentence: str) -> None:
    from crawler.desk import holding

    _tell(sentence if holding.guard(workspace(), guarded) else "so_already")


def _tell(key: str, **facts: object) -> None:
    shown = {name: voice.shown(value) for name, value in facts.items()}
    voice.line(say(f"keys.{key}", voice.language(), **shown))
