"""Settings shown and changed; a timestamp authority's roots are copied into the workspace."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import tomlkit

from crawler import config, whole_file
from crawler.desk.entering import enter
from crawler.errors import ConfigurationError, StorageError, UsageError
from crawler.evidence.canonical import sha256_hex, well_formed
from crawler.evidence.durable import locked
from crawler.workspace import Workspace

TIMESTAMPS = "evidence.timestamps"
SCALES = "matching.scales"
LOCK = f".{config.FILE_NAME}.lock"
"""Held while the settings are read, changed and written."""
PRIVATE = frozenset({TIMESTAMPS, SCALES, "evidence.key"})
"""Keys of which the ledger gets hashes: a URL may carry a password, a path a person's name."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A titlewatch.toml as it shall be, and the files of roots that go with it."""

    text: str
    roots: Mapping[str, bytes]
    """Path relative to the workspace -> PEM."""


def assignments(words: Sequence[str]) -> dict[str, str]:
    """``KEY=VALUE`` words as a mapping. Raises UsageError for a word without ``=``."""
    found = {}
    for word in words:
        key, equals, value = word.partition("=")
        if not equals:
            raise UsageError("not KEY=VALUE", word, "write for example crawl.delay=10")
        found[key.strip()] = value.strip()
    return found


def plan(text: str, changes: Mapping[str, str], source: str, workspace: Workspace | None = None) -> Plan:
    """The text of a titlewatch.toml with some keys changed, validated whole.

    Paths of roots count from the working folder; they are read, checked and replaced by
    their place in the workspace. Raises ConfigurationError, and nothing is changed.
    """
    changed = config.changed(text, dict(changes), source)
    if workspace and SCALES in changes and (named := config.parse(changed).matching.scales):
        from crawler.matching import scales

        scales.load(workspace.folder / named)
    if TIMESTAMPS not in changes:
        return Plan(changed, {})
    roots: dict[str, bytes] = {}
    document = tomlkit.parse(changed)
    entries: Any = document["evidence"]
    for entry, authority in zip(entries["timestamps"], config.parse(changed).evidence.timestamps, strict=True):
        if urlsplit(authority.url).scheme not in ("http", "https") or not urlsplit(authority.url).hostname:
            raise ConfigurationError("not a URL of an authority", authority.url, "give an http(s) address")
        place = f"keys/roots/{authority.id}.pem"
        held = workspace and (workspace.folder / authority.roots)
        pinned = workspace and (workspace.folder / place)
        roots[place] = _roots(held if held and held.is_file() else Path(authority.roots).expanduser())
        if pinned and pinned.is_file() and (earlier := pinned.read_bytes()) != roots[place]:
            # What was stamped under them is verified and renewed with them.
            roots[f"keys/roots/{authority.id}.earlier-{sha256_hex(earlier)[:16]}.pem"] = earlier
        entry["roots"] = place
    return Plan(tomlkit.dumps(document), roots)


def change(workspace: Workspace, changes: Mapping[str, str]) -> None:
    """Change some keys of a workspace's titlewatch.toml. Raises ConfigurationError or StorageError, and changes nothing."""
    with locked(workspace.folder / LOCK):
        _change(workspace, changes)


def _change(workspace: Workspace, changes: Mapping[str, str]) -> None:
    path = workspace.configuration_file
    try:
        before = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"cannot be read ({error})", str(path), "check the file") from None
    made = plan(before, changes, str(path), workspace)
    if made.text == before and not made.roots:
        return
    body = {
        "type": "settings",
        "act": "change",
        "changed": _changed(config.parse(before), config.parse(made.text), changes),
        "roots_sha256": {place: sha256_hex(pem) for place, pem in made.roots.items()},
        "file_sha256": sha256_hex(made.text.encode()),
    }
    try:
        with ExitStack() as prepared:
            # What is prepared last is put in place first: the settings go last, when the roots that they name are there.
            prepared.enter_context(whole_file.prepared(path, made.text.encode()))
            for place, pem in made.roots.items():
                target = workspace.folder / place
                target.parent.mkdir(parents=True, exist_ok=True)
                prepared.enter_context(whole_file.prepared(target, pem))
            enter(workspace, [body])
    except OSError as error:
        raise StorageError(f"cannot write ({error.strerror})", str(path), "check permissions and space") from None


def _changed(before: config.Configuration, after: config.Configuration, keys: Iterable[str]) -> dict[str, object]:
    """Each changed key with what it was and what it is; an address or a path that may hold a secret is hashed."""
    old, new = settings(before), settings(after)
    values: dict[str, object] = {}
    for key in keys:
        words = [well_formed(as_toml(value)) for value in (old[key], new[key])]
        if key in PRIVATE:
            words = [sha256_hex(word.encode()) for word in words]
        values[key] = {"from": words[0], "to": words[1]}
    return values


def settings(configuration: config.Configuration) -> dict[str, Any]:
    """Every key with its value, in the order of the file."""
    values = asdict(configuration)
    pairs = [key.split(".") for key in config.keys()]  # noqa: SIM118 - a function of that name, not a dict's
    return {f"{section}.{name}": values[section][name] for section, name in pairs}


def as_toml(value: Any) -> str:
    """A value as it stands in titlewatch.toml."""
    if isinstance(value, list | tuple):
        items = []
        for item in value:
            if isinstance(item, dict):
                table = tomlkit.inline_table()
                # What is empty was not given.
                table.update({name: held for name, held in item.items() if held != ""})
                items.append(table.as_string())
            else:
                items.append(as_toml(item))
        return f"[{', '.join(items)}]"
    text: str = tomlkit.item(value).as_string()
    return text


def _roots(path: Path) -> bytes:
    from cryptography.x509 import load_pem_x509_certificates

    try:
        pem = path.read_bytes()
    except OSError as error:
        raise ConfigurationError(
            f"the roots cannot be read ({error.strerror})", str(path), "give the path of a PEM file"
        ) from None
    try:
        load_pem_x509_certificates(pem)
    except ValueError:
        raise ConfigurationError(
            "no PEM certificates", str(path), "give the authority's root certificates as PEM"
        ) from None
    return pem
