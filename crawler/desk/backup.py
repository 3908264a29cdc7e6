"""A backup: a copy of the workspace that is whole at one moment, made while others work."""

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from crawler import clock, personal
from crawler.desk import manifest
from crawler.desk.entering import enter
from crawler.desk.manifest import Manifest
from crawler.errors import EvidenceError, StorageError, TitlewatchError, UsageError
from crawler.evidence import durable, key_ring, keys
from crawler.evidence.canonical import sha256_hex
from crawler.evidence.key_change import LOCK
from crawler.evidence.keys import Signer
from crawler.evidence.ledger import Head, Ledger
from crawler.store.copying import snapshot
from crawler.workspace import BACKUP, Workspace

Progress = Callable[[str], None]
LEFT_OUT = frozenset({"cache", "run.lock", "titlewatch.db", "titlewatch.db-wal", "titlewatch.db-shm", "evidence"})
"""Of the workspace's folder: what can be made again, locks, and what is copied in a way of its own."""
_SEGMENT, _OPEN, _SEAL = ".warc.gz", ".warc.gz.open", ".seal.json"
_HEADED = (_SEAL, ".begin.json")
"""Files that name the ledger's head at their making: one of a later head belongs to a later backup."""
_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Made:
    """What a backup became."""

    folder: Path
    files: int
    bytes: int
    copied: int
    """Bytes that had to be copied; the rest was there from the backup before."""
    entries: int
    key: str
    """included, encrypted, left out, outside, absent."""
    keys: dict[str, str]
    """Path of each private key that went along -> ``plain`` or ``encrypted``."""
    unsigned: str | None
    """Why the manifest is not signed; None when it is."""


@dataclass(frozen=True, slots=True)
class _Keys:
    """The files of ``keys/`` as they are at the moment of the ledger's head, so that a change of key waits or comes after."""

    files: dict[str, tuple[bytes, int]]
    """Path in the workspace -> its bytes and mode."""
    place: Path
    """Of the private key in use, which may lie outside."""
    signing: bytes | None
    """That key; None where it cannot be read."""


@dataclass(slots=True)
class _Copy:
    """A backup in the making."""

    workspace: Workspace
    part: Path
    before: Path | None
    """The backup of last time, whose unchanged files are used again."""
    known: dict[str, Any]
    """What that backup's manifest says of each file."""
    head: Head
    progress: Progress
    keys: _Keys
    files: dict[str, dict[str, Any]] = field(default_factory=dict)
    copied: int = 0
    private: dict[str, str] = field(default_factory=dict)
    """Path of each private key in the copy -> ``plain`` or ``encrypted``."""

    def take(self, path: Path, relative: str, until: int | None = None, sealed: str | None = None) -> None:
        """Copy one file, its first `until` bytes if given; one that the backup before holds is not copied again."""
        self.progress(relative)
        size = path.stat().st_size if until is None else until
        to = self.part / relative
        to.parent.mkdir(parents=True, exist_ok=True)
        there = self.before / relative if self.before else None
        if there and until is None and self.known.get(relative, {}).get("bytes") == size and there.is_file():
            wanted = sealed or manifest.digest(path)["sha256"]
            found = manifest.digest(there)
            if found["sha256"] == wanted:
                try:
                    os.link(there, to)
                except OSError:
                    shutil.copyfile(there, to)
                self.files[relative] = found
                return
        self.write(relative, path, size)

    def write(self, relative: str, path: Path, size: int) -> None:
        """Copy the first `size` bytes of a file, durably."""
        to = self.part / relative
        hashed, left = hashlib.sha256(), size
        with path.open("rb") as source, to.open("xb") as copy:
            while left and (piece := source.read(min(_PIECE, left))):
                hashed.update(piece)
                copy.write(piece)
                left -= len(piece)
            copy.flush()
            os.fsync(copy.fileno())
        if left:
            raise EvidenceError("shorter than the ledger says", str(path), "run: titlewatch verify on the workspace")
        shutil.copymode(path, to)
        self.copied += size
        self.files[relative] = {"sha256": hashed.hexdigest(), "bytes": size}

    def put(self, relative: str, data: bytes, mode: int = 0o644) -> None:
        """Write a file of the backup's own making."""
        path = self.part / relative
        path.parent.mkdir(parents=True, exist_ok=True)
        durable.write_once(path, data, mode)
        self.copied += len(data)
        self.files[relative] = {"sha256": sha256_hex(data), "bytes": len(data)}


def backup(
    workspace: Workspace,
    folder: Path,
    software: str,
    *,
    without_key: bool = False,
    passphrase: bytes | None = None,
    progress: Progress = lambda name: None,
) -> Made:
    """Copy the workspace to `folder` as it is at one moment, with a signed manifest, and enter it in the ledger.

    A backup of the same workspace that lies there is replaced whole, its unchanged files used
    again. The private key goes along as it is; encrypted under `passphrase` if one is given;
    not at all `without_key`. Raises UsageError for a place that cannot be meant,
    EvidenceError when what lies there is no earlier state of this workspace, StorageError
    when a disk refuses; the backup before is then as it was.
    """
    folder = folder.absolute()
    _check_place(workspace, folder)
    try:
        with _part(folder) as part:
            before = folder if (folder / BACKUP).is_file() else None
            made = _write(workspace, part, before, software, without_key, passphrase, progress)
            _swap(part, folder)
    except OSError as error:
        why = f"the backup cannot be written ({error.strerror})"
        raise StorageError(why, str(folder), "check space and permissions; give a folder below a mount") from error
    copy, manifested, unsigned = made
    head = {"size": copy.head.size, "last": copy.head.last, "root": copy.head.root}
    body = {"type": "backup", "to": str(folder), "ledger": head, "manifest_sha256": sha256_hex(manifested.as_bytes()),
            "files": len(copy.files), "key": manifested.key}  # fmt: skip
    enter(workspace, [body])
    return Made(
        folder, len(copy.files), sum(about["bytes"] for about in copy.files.values()), copy.copied, copy.head.size,
        manifested.key, copy.private, unsigned,
    )  # fmt: skip


def _check_place(workspace: Workspace, folder: Path) -> None:
    if folder.resolve().is_relative_to(workspace.folder.resolve()):
        raise UsageError("a backup inside its workspace would be lost with it", str(folder), "give a folder elsewhere")
    old = folder.with_name(f".{folder.name}.old")
    if not folder.exists() and old.is_dir():
        # The change of names was cut off in the middle.
        old.rename(folder)
    if folder.exists() and not (folder / BACKUP).is_file() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError("there is something else already", str(folder), "give a new folder, or one with a backup")


@contextmanager
def _part(folder: Path) -> Iterator[Path]:
    """A new folder beside the backup, ours alone; removed unless it has been given the backup's name."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    part = folder.with_name(f".{folder.name}.part")
    part.mkdir(exist_ok=True, mode=0o700)
    handle = os.open(part, os.O_RDONLY | os.O_DIRECTORY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise StorageError("another backup is being written there", str(folder), "wait for it to end") from None
        for left in part.iterdir():
            shutil.rmtree(left) if left.is_dir() else left.unlink()
        try:
            yield part
        finally:
            shutil.rmtree(part, ignore_errors=True)
    finally:
        os.close(handle)


def _write(
    workspace: Workspace, part: Path, before: Path | None, software: str, without_key: bool, passphrase: bytes | None,
    progress: Progress,
) -> tuple[_Copy, Manifest, str | None]:  # fmt: skip
    with _keys_held(workspace), Ledger(workspace.ledger) as ledger:
        head = snapshot(workspace.database, part / workspace.database.name, ledger.head)
        held = _keys(workspace)
        first = next(ledger.entries(), None)
    if first is None:
        raise EvidenceError("the ledger is empty", str(workspace.ledger), "run: titlewatch verify on the workspace")
    known: dict[str, Any] = {}
    if before:
        earlier = manifest.read(before)
        known = dict(earlier.files)
        if earlier.workspace != first.hash:
            raise EvidenceError("a backup of another workspace lies there", str(before), "give another folder")
    copy = _Copy(workspace, part, before, known, head, progress, held)
    copy.files[workspace.database.name] = manifest.digest(part / workspace.database.name)
    copy.copied += copy.files[workspace.database.name]["bytes"]
    until, sealed = _ledger(copy, manifest.read(before).ledger if before else None)
    _evidence(copy, until, sealed)
    key = _rest(copy, without_key, passphrase)
    made = Manifest(
        clock.stamp(clock.now()), software, first.hash, {"size": head.size, "last": head.last, "root": head.root}, key,
        dict(sorted(copy.files.items())),
    )  # fmt: skip
    data = made.as_bytes()
    durable.write_once(part / BACKUP, data)
    unsigned = None
    try:
        # The key of that moment, whose public half lies in the backup.
        signer = (
            key_ring.read(held.place) if held.signing is None else Signer(key_ring.unlock(held.signing, held.place))
        )
        durable.write_once(part / manifest.SIGNATURE, signer.sign(data))
    except TitlewatchError as error:
        unsigned = str(error)
    for place in [part, *(path for path in part.rglob("*") if path.is_dir())]:
        durable.sync_folder(place)
    return copy, made, unsigned


def _keys_held(workspace: Workspace) -> AbstractContextManager[None]:
    """No key is changed meanwhile; where all keys are lost there is nothing to hold."""
    there = workspace.keys.exists() or workspace.keys.is_symlink()
    return durable.locked(workspace.keys / LOCK) if there else nullcontext()


def _keys(workspace: Workspace) -> _Keys:
    """Read ``keys/``. Raises StorageError for what cannot be read: a backup must not say that it holds it."""
    files: dict[str, tuple[bytes, int]] = {}

    def refuse(error: OSError) -> None:
        raise error

    ring = key_ring.ring_of(workspace)
    try:
        walk = os.walk(workspace.keys, onerror=refuse) if workspace.keys.exists() else ()
        for folder, _, names in walk:
            for path in (Path(folder, name) for name in sorted(names)):
                relative = path.relative_to(workspace.folder)
                if not any(part.startswith(".") for part in relative.parts) and path.is_file():
                    files[str(relative)] = path.read_bytes(), path.stat().st_mode & 0o777
    except OSError as error:
        why = f"the keys cannot be read ({error.strerror})"
        raise StorageError(why, str(error.filename or workspace.keys), "run it as the owner of keys/") from error
    try:
        signing = ring.private.read_bytes()
    except OSError:
        # A key on a medium that is not there: the backup is not signed, and says why.
        signing = None
    return _Keys(files, ring.private, signing)


def _ledger(copy: _Copy, earlier: Any) -> tuple[dict[str, int], dict[str, str]]:
    """Copy the entries up to the head; returns how far they name each segment's bytes, and each sealed segment's hash."""
    until: dict[str, int] = {}
    sealed: dict[str, str] = {}
    size = 0
    last = ""
    with copy.workspace.ledger.open("rb") as file:
        for seq, line in enumerate(file):
            if seq == copy.head.size:
                break
            size += len(line)
            if b'"record":{' in line or b'"type":"seal"' in line or (earlier and seq == earlier["size"] - 1):
                body = json.loads(line)
                record = body.get("record") or {}
                if "segment" in record:
                    end = int(record["offset"]) + int(record["length"])
                    until[record["segment"]] = max(until.get(record["segment"], 0), end)
                if body["type"] == "seal":
                    sealed[body["segment"]] = body["sha256"]
                if earlier and seq == earlier["size"] - 1:
                    last = body["hash"]
    if earlier and last != earlier["last"]:
        what = "the ledger is no continuation of the one that was backed up"
        raise EvidenceError(what, str(copy.before), "run: titlewatch verify; keep that backup and give another folder")
    (copy.part / "evidence").mkdir()
    copy.write("evidence/ledger.jsonl", copy.workspace.ledger, size)
    return until, sealed


def _evidence(copy: _Copy, until: dict[str, int], sealed: dict[str, str]) -> None:
    """Segments: sealed ones whole, others as far as the entries name them; and what lies beside them."""
    evidence = copy.workspace.evidence
    names = [str(path.relative_to(evidence)) for path in sorted(evidence.rglob("*")) if path.is_file()]
    later = {name for name in names if name.endswith(_HEADED) and _head_size(evidence / name) > copy.head.size}
    for name in names:
        if name in ("ledger.jsonl", "ledger.lock") or name.startswith("spool/") or Path(name).name.startswith("."):
            continue
        if any(name.startswith(one) for one in later) or name.endswith((_SEGMENT, _OPEN)):
            continue
        copy.take(evidence / name, f"evidence/{name}")
    segments = {name.removesuffix(".open") for name in names if name.endswith((_SEGMENT, _OPEN))}
    for segment in sorted(segments | until.keys()):
        seal = segment.removesuffix(_SEGMENT) + _SEAL
        path = evidence / segment
        if seal in names and seal not in later:
            copy.take(path, f"evidence/{segment}", sealed=sealed.get(segment))
        elif segment in until:
            # It may have been sealed since its name was read.
            path = path if path.exists() else path.with_name(f"{segment}.open")
            copy.take(path, f"evidence/{segment}.open", until=until[segment])


def _head_size(path: Path) -> int:
    try:
        return int(json.loads(path.read_bytes())["ledger"]["size"])
    except (ValueError, KeyError, TypeError):
        # What cannot be read is copied as it is; verify says what is wrong with it.
        return 0


def _rest(copy: _Copy, without_key: bool, passphrase: bytes | None) -> str:
    """Settings, keys, exports and whatever else lies in the workspace; returns what became of the private key."""
    folder = copy.workspace.folder
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder)
        ours = relative.parts[0] in LEFT_OUT or path.is_relative_to(copy.workspace.keys)
        if ours or any(part.startswith(".") for part in relative.parts) or not path.is_file():
            continue
        copy.take(path, str(relative))
    for name, (data, mode) in sorted(copy.keys.files.items()):
        if Path(name).name == personal.FILE:
            if without_key:
                continue
            data = personal.protect(data, passphrase) if passphrase else data
            copy.private[name] = "encrypted" if personal.is_protected(data) else "plain"
            mode = 0o600
        if b"PRIVATE KEY" in data:
            if without_key:
                continue
            if passphrase:
                data = keys.private_pem(key_ring.unlock(data, folder / name), passphrase)
            copy.private[name] = "encrypted" if key_ring.is_protected(data) else "plain"
            mode = 0o600
        copy.put(name, data, mode)
    return _became(copy, without_key)


def _became(copy: _Copy, without_key: bool) -> str:
    """What may be said of the private keys all together: one that lies open is enough to sign."""
    if key_ring.ring_of(copy.workspace).external:
        return "outside"
    if without_key:
        return "left out"
    if f"keys/{keys.PRIVATE}" not in copy.private:
        return "absent"
    return "included" if "plain" in copy.private.values() else "encrypted"


def _swap(part: Path, folder: Path) -> None:
    """Give the new backup the old one's name; one of the two stands under it or beside it at every moment."""
    old = folder.with_name(f".{folder.name}.old")
    if folder.exists():
        shutil.rmtree(old, ignore_errors=True)
        folder.rename(old)
    part.rename(folder)
    durable.sync_folder(folder.parent)
    shutil.rmtree(old, ignore_errors=True)
