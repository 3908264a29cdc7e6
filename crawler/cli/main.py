"""The `titlewatch` command: finds the command's file, and turns every error into one line and an exit code.

0 done   1 the answer is no   2 wrong usage or input   3 done in part   4 the machine does not allow it
130 interrupted
"""

import errno
import os
import signal
import sqlite3
import sys
import traceback
from collections.abc import Sequence
from importlib import import_module, metadata
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import click

from crawler.cli.command import Group
from crawler.errors import EnvironmentProblem, StorageError, TitlewatchError

PLACES = {
    "init": "workspace",
    "config": "workspace",
    "doctor": "workspace",
    "works": "works",
    "sites": "sites",
    "crawl": "crawl",
    "nightly": "nightly",
    "digest": "digest",
    "schedule": "schedule",
    "hits": "hits",
    "decide": "hits",
    "rules": "rules",
    "match": "match",
    "cases": "cases",
    "thresholds": "counting",
    "hosts": "hosts",
    "operators": "operators",
    "agencies": "agencies",
    "export": "cases",
    "verify": "verify",
    "verifier": "verify",
    "disclose": "disclosing",
    "custody": "disclosing",
    "keys": "keys",
    "ledger": "ledger",
    "evidence": "keeping",
    "backup": "keeping",
    "restore": "keeping",
    "authorisations": "authorisations",
    "approvals": "approvals",
    "referrals": "referrals",
    "ingest": "leads",
    "leads": "leads",
    "statistics": "statistics",
    "demo": "demo",
}
"""Command -> file of this folder, in the order of the story."""
TOP_LEVEL = ("crawler", "spiders", "pipelines", "settings")
REPORT = "please report it, with the output of the same command and --debug"
_DISK = frozenset(
    {errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EPERM, errno.EROFS, errno.EIO, errno.EFBIG, errno.EMFILE}
)


class Story(Group):
    """The top group; a command's file is imported when the command is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All commands, in the order of the story."""
        return list(PLACES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a name, or None."""
        if cmd_name not in PLACES:
            return None
        command: click.Command = getattr(import_module(f"crawler.cli.{PLACES[cmd_name]}"), cmd_name)
        return command


def _version(ctx: click.Context, _: click.Parameter, asked: bool) -> None:
    if asked and not ctx.resilient_parsing:
        click.echo(f"titlewatch {software_version()}")
        ctx.exit()


def software_version() -> str:
    """The version of the installed titlewatch; ``0`` in a checkout that is not installed."""
    try:
        return metadata.version("titlewatch")
    except metadata.PackageNotFoundError:
        return "0"


@click.group(
    cls=Story,
    epilog="""\b
Examples:
  titlewatch demo
  titlewatch init watch && cd watch
  titlewatch works add "The Salt Lantern" --kind film --year 2024
  titlewatch sites add https://forum.example/
  titlewatch crawl
  titlewatch hits""",
)
@click.option(
    "--version", is_flag=True, expose_value=False, is_eager=True, callback=_version, help="Print the version."
)
def titlewatch() -> None:
    """Watch sharing sites for the titles on a watchlist and keep evidence that a court can trust."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit with the code that the outcome means."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    _prepare_streams()
    # sqlite-utils loads pandas wherever it lies around; nothing here uses it, and it takes seconds.
    sys.modules.setdefault("pandas", None)  # type: ignore[arg-type]
    try:
        code = _run(words)
        sys.stdout.flush()
    except BrokenPipeError:
        _leave_the_pipe()
        code = 128 + signal.SIGPIPE
    sys.exit(code)


def _run(words: list[str]) -> int:
    try:
        _check_neighbours()
        with titlewatch.make_context("titlewatch", words) as context:
            titlewatch.invoke(context)
        return 0
    except click.exceptions.Exit as leaving:
        return leaving.exit_code
    except click.exceptions.NoArgsIsHelpError as bare:
        click.echo(bare.ctx.get_help() if bare.ctx else "")
        return 0
    except (KeyboardInterrupt, click.Abort):
        return _complain("stopped", "", "start the same command again; it goes on where it stopped", 130, "stopped")
    except BrokenPipeError:
        raise
    except Exception as error:  # noqa: BLE001 - the last stop of every error: one line, and the code that it means
        if "--debug" in words:
            traceback.print_exc()
        return _explain(error)


def _explain(error: Exception) -> int:
    if isinstance(error, click.ClickException):
        path = error.ctx.command_path if isinstance(error, click.UsageError) and error.ctx else "titlewatch"
        return _complain(error.format_message().rstrip("."), path, f"see: {path} --help", 2)
    if isinstance(error, TitlewatchError):
        return _complain(error.what, error.which, error.remedy, error.exit_code)
    if isinstance(error, sqlite3.OperationalError | sqlite3.DatabaseError):
        return _complain(
            f"the database refused ({error})", "titlewatch.db", "check space and permissions", StorageError.exit_code
        )
    if isinstance(error, OSError) and error.errno in _DISK:
        which = str(error.filename or "the workspace")
        return _complain(
            f"cannot be read or written ({error.strerror})",
            which,
            "check space and permissions",
            StorageError.exit_code,
        )
    if isinstance(error, ModuleNotFoundError) and error.name and error.name.split(".")[0] not in TOP_LEVEL:
        extra = "install titlewatch with its extras: pip install 'titlewatch[all]'"
        return _complain("a library is missing", error.name, extra, EnvironmentProblem.exit_code)
    return _complain(f"titlewatch failed ({type(error).__name__}: {error})", " ".join(sys.argv[1:3]), REPORT, 1)


def _complain(what: str, which: str, remedy: str, code: int, word: str = "error") -> int:
    """One line on stderr, whatever the message holds."""
    parts = [part for part in (what, which, remedy) if part] if word == "error" else [remedy]
    line = " ".join("; ".join(parts).split())
    click.echo(f"{word}: {''.join(c if c.isprintable() else '?' for c in line)}", err=True)
    return code


def _prepare_streams() -> None:
    """UTF-8 in every locale; what no encoding can carry is escaped as JSON would."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(encoding="utf-8", errors="backslashreplace")


def _leave_the_pipe() -> None:
    """Give the interpreter a place for what it still wants to flush."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _check_neighbours() -> None:
    """Raise EnvironmentProblem when another project's package of one of our names would be imported in its place."""
    home = Path(__file__).resolve().parents[2]
    for name in TOP_LEVEL:
        found = _folder(find_spec(name))
        if found and found != home:
            raise EnvironmentProblem(
                f"another project's “{name}” hides titlewatch's",
                str(found),
                "unset PYTHONPATH, or install titlewatch in an environment of its own",
            )


def _folder(spec: ModuleSpec | None) -> Path | None:
    if spec is None:
        return None
    if spec.submodule_search_locations:
        places: Any = list(spec.submodule_search_locations)
        return Path(places[0]).resolve().parent
    return Path(spec.origin).resolve().parent if spec.origin else None


if __name__ == "__main__":
    main()
