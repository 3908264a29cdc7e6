"""A new workspace: made whole beside its place, then moved there, so that a failure leaves nothing behind."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from crawler import clock, config, whole_file
from crawler.desk import configuring
from crawler.desk.person import acting
from crawler.errors import ConfigurationError, StorageError, UsageError
from crawler.evidence import entries, keys
from crawler.evidence.durable import sync_folder, write_once
from crawler.evidence.ledger import Ledger
from crawler.evidence.making import clear_abandoned, making
from crawler.store import Store
from crawler.workspace import Workspace

IGNORED = ".gitignore"
_IGNORE_ALL = b"# The private key, the evidence and what people noted belong into no repository.\n*\n"
OURS = (config.FILE_NAME, "titlewatch.db", "evidence", "keys", "exports")


@dataclass(frozen=True, slots=True)
class Founded:
    """A workspace and the fingerprint of its key."""

    workspace: Workspace
    fingerprint: str


def template() -> str:
    """A titlewatch.toml with every key at its default, explained."""
    return files("crawler.desk").joinpath(config.FILE_NAME).read_text(encoding="utf-8")


def found(folder: Path, changes: Mapping[str, str], software: str) -> Founded:
    """Make a workspace in `folder` with some settings changed.

    Raises UsageError when one is there already, ConfigurationError for a setting,
    StorageError when the disk refuses; then nothing is left behind.
    """
    folder = folder.absolute()
    if folder.exists() and not folder.is_dir():
        raise UsageError("not a folder", str(folder), "choose another place")
    taken = [name for name in OURS if (folder / name).exists()]
    if taken:
        raise UsageError(f"there is a workspace already ({taken[0]})", str(folder), "use it, or choose another folder")
    made = configuring.plan(template(), changes, config.FILE_NAME)
    missing = [parent for parent in folder.parents if not parent.exists()]
    try:
        return _build(folder, made, software)
    except OSError as error:
        raise StorageError(f"cannot be made ({error.strerror})", str(folder), "check permissions and space") from None
    finally:
        # Parents that were made for a workspace that did not come about go again.
        for parent in missing:
            if parent.is_dir() and not any(parent.iterdir()):
                parent.rmdir()


def _build(folder: Path, made: configuring.Plan, software: str) -> Founded:
    existed = folder.exists()
    name = f".{folder.name}.{clock.new_id()}"
    building = folder / name if existed else folder.parent / name
    clear_abandoned(building.parent, rf"\.{re.escape(folder.name)}\.[0-9A-Z]{{26}}")
    with making(building):
        workspace = Workspace(building)
        for place in (workspace.evidence, workspace.keys, workspace.roots, workspace.exports):
            place.mkdir(parents=True)
        workspace.keys.chmod(0o700)
        # A folder that has its own list keeps it, and the keys get one beside them.
        listed = workspace.keys if (folder / IGNORED).exists() else building
        whole_file.replace(listed / IGNORED, _IGNORE_ALL)
        for relative, pem in made.roots.items():
            whole_file.replace(building / relative, pem)
        signer = keys.create(workspace.keys)
        Store.open(workspace.database, create=True).close()
        ledger = Ledger(workspace.ledger)
        person = acting()
        acted = {"system_user": person.user, "system_host": person.host}
        ledger.append([{**entries.init_body(signer, software), **acted}])
        ledger.close()
        whole_file.replace(workspace.configuration_file, made.text.encode())
        with _carried_out(workspace, config.parse(made.text).evidence.key):
            if existed:
                _move_into(building, folder)
            else:
                building.rename(folder)
        for place in (folder, folder.parent):
            sync_folder(place)
    return Founded(Workspace(folder.resolve()), signer.fingerprint)


@contextmanager
def _carried_out(workspace: Workspace, place: str) -> Iterator[None]:
    """Move the private key to where the settings want it: outside the workspace; not if the workspace does not come about."""
    if not place:
        yield
        return
    path, inside = Path(place).expanduser(), workspace.keys / keys.PRIVATE
    if not path.is_absolute():
        raise ConfigurationError("not a full path", f"evidence.key {place}", "give the path from / of a place outside")
    if path.exists():
        raise ConfigurationError("there is a file already", str(path), "name a file that is not there yet")
    write_once(path, inside.read_bytes(), mode=0o600)
    try:
        inside.unlink()
        yield
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _move_into(building: Path, folder: Path) -> None:
    """The settings file goes last: with it the folder is a workspace."""
    names = sorted((path.name for path in building.iterdir()), key=lambda name: name == config.FILE_NAME)
    moved: list[str] = []
    try:
        for name in names:
            (building / name).rename(folder / name)
            moved.append(name)
    except OSError:
        for name in moved:
            (folder / name).rename(building / name)
        raise
