"""What every command shares: --workspace and --debug before or after its name, and help with examples."""

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import click

if TYPE_CHECKING:
    from crawler.store import Store
    from crawler.workspace import Workspace

_KEY = "crawler.workspace"
Function = TypeVar("Function", bound=Callable[..., Any])
SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


def _remember(context: click.Context, _: click.Parameter, value: str | None) -> None:
    if value is not None:
        context.meta[_KEY] = value


def _shared() -> list[click.Parameter]:
    return [
        click.Option(
            ["--workspace"], metavar="DIR", expose_value=False, callback=_remember,
            help="The workspace; default: $TITLEWATCH_WORKSPACE, or the nearest parent folder that is one.",
        ),
        click.Option(["--debug"], is_flag=True, expose_value=False, help="Show where an error arose."),
    ]  # fmt: skip


class Command(click.Command):
    """A command that knows the shared options."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("context_settings", SETTINGS)
        super().__init__(*args, **kwargs)
        self.params += _shared()


class Group(click.Group):
    """A group of commands that knows the shared options."""

    command_class = Command
    group_class = type

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("context_settings", SETTINGS)
        super().__init__(*args, **kwargs)
        self.params += _shared()


def as_json(function: Function) -> Function:
    """Add ``--json``."""
    return click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")(function)


def examples(*lines: str) -> str:
    """The part of a help text that shows the command at work."""
    return "\b\nExamples:\n" + "\n".join(f"  {line}" for line in lines)


def workspace() -> "Workspace":
    """The workspace that this call works in. Raises UsageError when there is none."""
    from crawler.workspace import find

    return find(click.get_current_context().meta.get(_KEY))


def named_workspace() -> str | None:
    """What --workspace names in this call, or None."""
    named: str | None = click.get_current_context().meta.get(_KEY)
    return named


def workspace_if_any() -> "Workspace | None":
    """The workspace that this call works in, or None where none was named and none is around."""
    from crawler.errors import UsageError
    from crawler.workspace import VARIABLE, find

    named = click.get_current_context().meta.get(_KEY)
    try:
        return find(named)
    except UsageError:
        if named or os.environ.get(VARIABLE):
            raise
        return None


def opened(place: "Workspace") -> "Store":
    """The workspace's database, closed when the command ends."""
    from crawler.store import Store

    store = Store.open(place.database)
    if store.upgraded:
        from crawler.engine.unentered import enter_upgrades
        from crawler.evidence.ledger import Ledger

        with Ledger(place.ledger) as ledger:
            enter_upgrades(place, ledger)
    click.get_current_context().call_on_close(store.close)
    return store


def leave(code: int) -> NoReturn:
    """End the command with an exit code."""
    click.get_current_context().exit(code)
