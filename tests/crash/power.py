"""What a power cut may leave: a command's calls are recorded with strace, and worst cases are built from what was synced.

By hand: ``python -m tests.crash.power [EVERY [COMMAND]]``. COMMAND is crawl (which seals and has
stamped), decide, cases, export, backup or rotate. A state is built after every EVERYth call. Of each file it holds what the last fsync made durable, and of what was written since nothing, zeros, or every
other sector; of each folder the names that its last fsync made durable, or all of them.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from crawler.engine.recovery import recover_all
from crawler.errors import TitlewatchError
from crawler.evidence import key_change, key_ring
from crawler.evidence.ledger import Ledger
from crawler.practice.authority import PracticeAuthority
from crawler.practice.server import LoopbackServer
from crawler.store import Store
from crawler.workspace import Workspace
from tests.crash.measure import decided, words_of
from tests.crash.scene import (
    Faulty,
    entries,
    failures,
    faults_after_recovery,
    forum,
    hits,
    rows,
    stamped_by,
    watching,
)

CALLS = (
    "openat,write,pwrite64,ftruncate,fsync,fdatasync,rename,renameat,renameat2,link,linkat,unlink,unlinkat,lseek,"
    "sendfile,copy_file_range,sync"
)
STATES = ("lost", "zeros", "torn", "named")
SECTOR = 512
_CALL = re.compile(r"(\w+)\((.*)\)\s+= (-?\d+)", re.DOTALL)
_HANDLE = re.compile(r"(\d+)<([^>]*)>")
_TEXT = re.compile(r'"((?:[^"\\]|\\.)*)"')
_PATH = re.compile(r'(?:(?:AT_FDCWD|\d+)<([^>]*)>, )?"((?:[^"\\]|\\.)*)"')


@dataclass(eq=False)
class Inode:
    """A file: what programs see, and what a power cut leaves for sure."""

    data: bytearray = field(default_factory=bytearray)
    synced: bytes = b""


@dataclass
class Disk:
    """The files under one folder as they are, and as they are for sure."""

    names: dict[str, Inode] = field(default_factory=dict)
    sure: dict[str, Inode] = field(default_factory=dict)
    offsets: dict[tuple[str, str], tuple[Inode, int, bool]] = field(default_factory=dict)
    """Descriptor and its file's name -> file, position, whether it appends."""
    moved: list[tuple[str, str]] = field(default_factory=list)
    """Folders whose new names are not yet sure."""

    @classmethod
    def of(cls, folder: Path) -> "Disk":
        """A folder that lies there safely."""
        disk = cls()
        for path in folder.rglob("*"):
            if path.is_file():
                data = path.read_bytes()
                disk.names[str(path)] = Inode(bytearray(data), data)
        disk.sure = dict(disk.names)
        return disk

    def apply(self, call: str, arguments: str, result: int) -> bool:
        """Take one call into account; returns whether it changed anything."""
        if result < 0:
            return False
        paths = [str(Path(_plain(folder), _plain(name))) for folder, name in _PATH.findall(arguments)]
        handle = _HANDLE.search(arguments)
        opened = (handle[1], _plain(handle[2])) if handle else ("", "")
        if call == "openat":
            return self._open(paths[0], arguments, result)
        if call in ("sendfile", "copy_file_range"):
            raise SystemExit(f"{call} is not followed: {arguments[:200]}")
        if call in ("write", "pwrite64", "ftruncate", "lseek") and opened in self.offsets:
            texts = [_plain(text) for text in _TEXT.findall(arguments)]
            return self._change(call, opened, texts, arguments, result)
        if call in ("fsync", "fdatasync") and handle:
            return self._sync(opened)
        if call == "sync":
            self._sync_all()
            return True
        if call.startswith(("rename", "link")):
            return self._name(call, *paths)
        if call.startswith("unlink") and paths[0] in self.names:
            del self.names[paths[0]]
            return True
        return False

    def _name(self, call: str, old: str, new: str) -> bool:
        if old in self.names:
            self.names[new] = self.names[old]
            if call.startswith("rename"):
                del self.names[old]
                self.offsets = {(n, new if p == old else p): at for (n, p), at in self.offsets.items()}
            return True
        _move(self.names, old, new)
        self.moved.append((old, new))
        return True

    def _open(self, path: str, arguments: str, handle: int) -> bool:
        made = "O_CREAT" in arguments and path not in self.names
        if made:
            self.names[path] = Inode()
        inode = self.names.get(path)
        if inode is None:
            return False
        if "O_TRUNC" in arguments:
            inode.data.clear()
        self.offsets[str(handle), path] = (inode, 0, "O_APPEND" in arguments)
        return made

    def _change(self, call: str, handle: tuple[str, str], texts: list[str], arguments: str, result: int) -> bool:
        inode, place, appends = self.offsets[handle]
        if call == "lseek":
            self.offsets[handle] = (inode, result, appends)
            return False
        if call == "ftruncate":
            size = int(arguments.rsplit(",", 1)[1])
            del inode.data[size:]
            inode.data.extend(b"\x00" * (size - len(inode.data)))
            return True
        data = texts[0].encode("latin-1")[:result]
        at = int(arguments.rsplit(",", 1)[1]) if call == "pwrite64" else len(inode.data) if appends else place
        inode.data.extend(b"\x00" * (at - len(inode.data)))
        inode.data[at : at + len(data)] = data
        if call == "write":
            self.offsets[handle] = (inode, at + len(data), appends)
        return True

    def _sync(self, opened: tuple[str, str]) -> bool:
        path = opened[1]
        inode = self.names.get(path) or (self.offsets[opened][0] if opened in self.offsets else None)
        if inode is not None:
            inode.synced = bytes(inode.data)
            return True
        for old, new in [move for move in self.moved if path in {str(Path(one).parent) for one in move}]:
            _move(self.sure, old, new)
            self.moved.remove((old, new))
        for name in [name for name in self.sure if str(Path(name).parent) == path]:
            del self.sure[name]
        self.sure.update({name: inode for name, inode in self.names.items() if str(Path(name).parent) == path})
        return True

    def _sync_all(self) -> None:
        self.moved.clear()
        self.sure = dict(self.names)
        for inode in self.names.values():
            inode.synced = bytes(inode.data)

    def state(self, how: str) -> dict[str, bytes]:
        """The files that a power cut may leave now."""
        names = self.names if how == "named" else self.sure
        return {name: _left(inode, how) for name, inode in names.items() if not name.endswith("-shm")}


def _move(names: dict[str, Inode], old: str, new: str) -> None:
    for name in [name for name in names if name.startswith(f"{old}/")]:
        names[new + name.removeprefix(old)] = names.pop(name)


def _plain(text: str) -> str:
    """What strace wrote with escapes; one character for each byte."""
    return bytes(text, "latin-1").decode("unicode_escape")


def _left(inode: Inode, how: str) -> bytes:
    data, synced = bytes(inode.data), inode.synced
    if how in ("lost", "named") or data == synced:
        return synced
    kept = synced[: len(data)] + b"\x00" * (len(data) - len(synced))
    if how == "zeros":
        return kept
    pieces = range(0, len(data), SECTOR)
    return b"".join((data if at // SECTOR % 2 else kept)[at : at + SECTOR] for at in pieces)


def calls(log: Path) -> Iterator[tuple[str, str, int]]:
    """The calls of a strace log, in the order in which they returned."""
    begun: dict[str, str] = {}
    with log.open(encoding="latin-1") as file:
        for line in file:
            process, _, text = line.rstrip("\n").partition(" ")
            text = text.lstrip()
            if text.endswith("<unfinished ...>"):
                begun[process] = text.removesuffix("<unfinished ...>")
                continue
            if text.startswith("<..."):
                text = begun.pop(process, "") + text.partition("resumed>")[2]
            found = _CALL.match(text)
            if found:
                yield found[1], found[2], int(found[3])


def trace(log: Path, *words: object) -> None:
    """Run `titlewatch WORDS...` under strace."""
    command = ["strace", "-f", "-y", "-xx", "-s", "100000000", "-e", f"trace={CALLS}", "-o", str(log)]
    code = "from crawler.cli.main import main; main()"
    done = subprocess.run(
        [*command, sys.executable, "-c", code, *map(str, words)], check=False, capture_output=True, text=True
    )
    if done.returncode:
        raise SystemExit(f"{words}: {done.returncode} {done.stderr[-2000:]}")


def sweep(every: int, command: str = "crawl") -> int:
    """Cut the power of a command after every so many calls; returns how many states came back wrong."""
    top = Path(tempfile.mkdtemp(prefix="titlewatch-power-"))
    authority = PracticeAuthority(top / "authority")
    bad = tried = changes = 0
    try:
        with LoopbackServer("bulk", forum(8), None) as server, authority.serve() as stamping, Faulty() as faulty:
            place = watching(faulty, top / "w", server.url, (stamped_by(authority, stamping.url),))
            if command != "crawl":
                assert faulty(place, "crawl").code == 0
            if command == "export":
                decided(faulty, place)
            cut = Cut(command, top, place, faulty)
            disk = Disk.of(place)
            trace(top / "log", "--workspace", place, *words_of(command, place, top))
            cut.expected = hits(place)
            for call, arguments, result in calls(top / "log"):
                if not disk.apply(call, arguments, result):
                    continue
                changes += 1
                if changes % every:
                    continue
                tried += len(STATES)
                bad += _try(cut, disk, f"after change {changes} ({call})")
            wrong = [what for what in cut.after(disk.state("lost"), disk, whole=True) + cut.undone() if what]
            if wrong:
                bad += 1
                print(f"after the end: {'; '.join(wrong)[:600]}", flush=True)
    finally:
        shutil.rmtree(top, ignore_errors=True)
    print(f"{command}: {changes} changes, {tried} states, {bad} wrong", flush=True)
    return bad


def _try(cut: "Cut", disk: Disk, when: str) -> int:
    bad = 0
    for how in STATES:
        cut.tried += 1
        wrong = cut.after(disk.state(how), disk, whole=cut.tried % 25 == 0)
        if wrong:
            bad += 1
            print(f"{when}, {how}: {'; '.join(wrong)[:600]}", flush=True)
    return bad


@dataclass
class Cut:
    """What is looked at after a power cut during a command."""

    command: str
    top: Path
    place: Path
    faulty: Faulty
    expected: list[tuple[str, str]] = field(default_factory=list)
    tried: int = 0

    def after(self, state: dict[str, bytes], disk: Disk, *, whole: bool) -> list[str]:
        """What is wrong with the workspace that lies there now; `whole`: after a crawl by the program itself."""
        self._lay(state)
        ledger = disk.sure[str(self.place / "evidence" / "ledger.jsonl")].synced
        workspace, wrong = Workspace(self.place), []
        try:
            if whole:
                done = self.faulty(self.place, "crawl")
                wrong += [f"crawl: {done.code} {done.err[-300:]}"] if done.code else []
                wrong += faults_after_recovery(self.place, self.expected)
            else:
                store = Store.open(workspace.database)
                with Ledger(workspace.ledger) as opened:
                    key_change.signer_of(key_ring.ring_of(workspace), opened)
                    recover_all(workspace, store, opened)
                if store.rows("PRAGMA integrity_check")[0][0] != "ok":
                    wrong.append("the database is damaged")
                store.close()
                wrong += failures(self.place)
        except TitlewatchError as error:
            wrong.append(str(error))
        if not workspace.ledger.read_bytes().startswith(ledger):
            wrong.append("an entry that was durable is lost")
        return wrong + self._beside()

    def undone(self) -> list[str]:
        """What a command that has reported its success did not do."""
        kinds = [entry["type"] for entry in entries(self.place)]
        wanted = {"crawl": "run-end", "decide": "decision", "cases": "case", "export": "export", "backup": "backup",
                  "rotate": "key"}[self.command]  # fmt: skip
        wrong = [] if wanted in kinds else [f"no {wanted} in the ledger"]
        if self.command == "export" and not [p for p in (self.place / "exports").iterdir() if p.is_dir()]:
            wrong.append("no bundle")
        if self.command == "backup" and not (self.top / "bak" / "backup.json").is_file():
            wrong.append("no backup")
        if self.command == "decide" and not rows(self.place, "SELECT 1 FROM decisions"):
            wrong.append("no decision")
        if self.command == "cases" and not rows(self.place, "SELECT 1 FROM cases"):
            wrong.append("no case")
        return wrong

    def _lay(self, state: dict[str, bytes]) -> None:
        for folder in (self.place, self.top / "bak", self.top / ".bak.part", self.top / ".bak.old"):
            shutil.rmtree(folder, ignore_errors=True)
        for folder in ("evidence/spool", "keys/roots", "exports"):
            (self.place / folder).mkdir(parents=True)
        for name, data in state.items():
            path = Path(name)
            if path.is_relative_to(self.place) or path.is_relative_to(self.top / "bak"):
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)

    def _beside(self) -> list[str]:
        """Whatever stands under its name, a bundle or a backup, is whole."""
        found = [path for path in (self.place / "exports").iterdir() if path.is_dir() and path.name[0] != "."]
        if (self.top / "bak").is_dir():
            found.append(self.top / "bak")
        checked = [(path.name, self.faulty(self.top, "verify", path)) for path in found]
        return [f"{name}: {done.err[-400:]}" for name, done in checked if done.code]


if __name__ == "__main__":
    sys.exit(sweep(int(sys.argv[1]) if len(sys.argv) > 1 else 1, *sys.argv[2:3]) > 0)
