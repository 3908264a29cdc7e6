"""titlewatch backup, restore, evidence status, evidence rebuild: a workspace kept safe, and how it stands."""

from pathlib import Path

import click

from crawler.cli import sealing_away, stamping, voice
from crawler.cli.command import Command, Group, as_json, examples, opened, workspace

_MEGA = 1 << 20


@click.command(
    cls=Command,
    epilog=examples(
        "titlewatch backup /mnt/safe/watch",
        "titlewatch backup /mnt/safe/watch --without-key",
        "titlewatch backup /mnt/safe/watch --passphrase-file backup.passphrase",
        "titlewatch verify /mnt/safe/watch",
    ),
)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--without-key", is_flag=True, help="Leave the private key out; keep a copy of keys/ elsewhere then.")
@click.option(
    "--passphrase-file", type=click.Path(path_type=Path), metavar="FILE",
    help="Encrypt the private key and the key of personal data in the backup under the first line of a file.",
)  # fmt: skip
@as_json
def backup(folder: Path, without_key: bool, passphrase_file: Path | None, as_json: bool) -> None:
    """Copy the workspace, whole at one moment, to DIR; safe while a crawl is running.

    A backup that lies in DIR already is brought up to date: sealed segments that it holds are
    compared by their hashes and not copied again. Whoever has the private key can sign as
    you: by default it goes along as it is, so keep the backup as safe as the workspace.
    """
    from crawler.cli.main import software_version
    from crawler.desk.backup import backup as make
    from crawler.errors import UsageError

    if without_key and passphrase_file:
        raise UsageError("a key left out needs no passphrase", "--passphrase-file", "give one of the two")
    phrase = _passphrase(passphrase_file) if passphrase_file else None
    software = f"titlewatch {software_version()}"
    made = make(workspace(), folder, software, without_key=without_key, passphrase=phrase)
    if as_json:
        voice.data(
            {"backup": str(made.folder), "files": made.files, "bytes": made.bytes, "copied_bytes": made.copied,
             "entries": made.entries, "key": made.key, "keys": made.keys, "signed": made.unsigned is None}
        )  # fmt: skip
    else:
        voice.tell(
            "backup.made", folder=made.folder, files=made.files, size=_mega(made.bytes), copied=_mega(made.copied)
        )
    voice.note(f"backup.key.{made.key.replace(' ', '_')}")
    if len(made.keys) > 1 or (made.keys and made.key == "outside"):
        for path, state in made.keys.items():
            voice.note(f"backup.each.{state}", path=path)
    if made.unsigned:
        voice.note("backup.unsigned", why=made.unsigned)


@click.command(
    cls=Command,
    epilog=examples("titlewatch verify /mnt/safe/watch", "titlewatch restore /mnt/safe/watch watch-again"),
)
@click.argument("backup", type=click.Path(path_type=Path))
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@as_json
def restore(backup: Path, folder: Path, as_json: bool) -> None:
    """Make a workspace of a backup; it goes on from there, and its ledger says so.

    What the lost workspace recorded after the backup is not in it. If that workspace turns up
    again, do not work in both: their ledgers have parted, and it shows.
    """
    from crawler.desk.restoring import restore as make

    made = make(backup, folder)
    if as_json:
        voice.data(
            {
                "workspace": str(made.workspace.folder),
                "made_at": made.made_at,
                "entries": made.entries,
                "key": made.has_key,
            }
        )
    else:
        voice.tell("restore.made", folder=made.workspace.folder, at=made.made_at, entries=made.entries)
    if not made.has_key:
        voice.note("restore.keyless", folder=made.workspace.keys)


@click.command(cls=Command, epilog=examples("titlewatch evidence status", "titlewatch evidence status --json"))
@as_json
def status(as_json: bool) -> None:
    """Say what the workspace takes on the disk, until when there is room, what is still open, and how old the backup is."""
    from crawler.desk import standing

    place = workspace()
    found = standing.standing(opened(place), place)
    room = found.forecast
    if as_json:
        voice.data(
            {**{f"{name}_bytes": size for name, size in found.sizes.items()}, "free_bytes": room.free,
             "reserve_bytes": room.reserve, "runs": room.runs, "growth_per_run_bytes": room.per_run,
             "growth_per_day_bytes": room.per_day, "days_until_full": room.days, "open_segments": found.open_segments,
             "unsealed_segments": found.unsealed, "pending_stamps": found.pending,
             "oldest_pending": found.oldest_pending, "unstamped": found.unstamped, "pictures_due": found.pictures_due,
             "key": found.key, "key_files": list(found.key_files), "last_backup": found.last_backup,
             "backup_age_days": found.backup_days, "backup_key": found.backup_key}
        )  # fmt: skip
        return
    for name, size in found.sizes.items():
        voice.tell("standing.size", name=voice.sentence(f"standing.part.{name}"), size=_mega(size))
    voice.tell("standing.free", free=_mega(room.free), reserve=_mega(room.reserve))
    if room.days is None:
        voice.tell("standing.still")
    else:
        voice.tell("standing.growth", runs=room.runs, run=_mega(room.per_run), day=_mega(room.per_day))
        if room.is_ages:
            voice.tell("standing.ages", years=standing.AGES_YEARS)
        else:
            voice.tell("standing.days", days=room.days)
    voice.tell("standing.open", open=found.open_segments, unsealed=found.unsealed, pictures=found.pictures_due)
    if found.unstamped:
        voice.tell("summary.unstamped")
    elif found.pending:
        voice.tell("standing.pending", count=found.pending, since=found.oldest_pending or "?")
    else:
        voice.tell("standing.stamped")
    voice.tell("standing.key", fingerprint=found.key or "-", files=len(found.key_files))
    if found.last_backup:
        voice.tell("standing.backup", at=found.last_backup, days=found.backup_days)
    else:
        voice.tell("standing.no_backup")


@click.command(
    cls=Command, epilog=examples("titlewatch evidence rebuild", "titlewatch evidence rebuild --workspace watch")
)
@as_json
def rebuild(as_json: bool) -> None:
    """Make a lost or damaged database anew from the ledger; a backup is better, if there is one.

    The ledger brings back the index of everything that was recorded, the sites, the cases by id
    and title with every act on them (a legal hold stays), what was sealed away, authorisations,
    approvals, and referrals with what became of them. It names watchlist, listings and notes by
    their hashes alone: import the watchlist again, and the next crawl finds the hits again under
    new ids, gives them exhibits, and they are decided upon and gathered in their cases anew. What
    was decided stays in the ledger. A sealed page that is crawled again is to be sealed again.
    Lost are parties, translations, leads and their clues, moves that were noticed, and disputes.
    """
    from crawler.desk.rebuilding import rebuild as make

    made = make(workspace())
    if as_json:
        voice.data(
            {"exchanges": made.exchanges, "captures": made.captures, "sites": made.sites, "cases": made.cases, "acts": made.acts,
             "orphans": made.orphans,
             "aside": str(made.aside) if made.aside else None}
        )  # fmt: skip
    else:
        voice.tell(
            "rebuild.made", exchanges=made.exchanges, captures=made.captures, sites=made.sites, cases=made.cases, acts=made.acts
        )  # fmt: skip
    voice.note("rebuild.lost", orphans=made.orphans)
    if made.aside:
        voice.note("rebuild.aside", path=made.aside)


def _passphrase(path: Path) -> bytes:
    from crawler.errors import UsageError

    try:
        phrase = path.read_bytes().split(b"\n")[0].strip()
    except OSError as error:
        raise UsageError(f"cannot be read ({error.strerror})", f"--passphrase-file {path}", "give a file") from None
    if not phrase:
        raise UsageError("an empty passphrase", f"--passphrase-file {path}", "write one in its first line")
    return phrase


def _mega(size: int) -> str:
    return f"{size / _MEGA:,.1f}"


@click.group(cls=Group, epilog=examples("titlewatch evidence status", "titlewatch evidence stamp"))
def evidence() -> None:
    """Look after what the workspace has recorded."""


evidence.add_command(status)
evidence.add_command(rebuild)
evidence.add_command(stamping.stamp)
evidence.add_command(stamping.renew)
evidence.add_command(sealing_away.seal_away)
evidence.add_command(sealing_away.sealed)
