"""What a power cut may leave: a command's calls are recorded with strace, and worst cases are built from what was synced.

By hand: ``python -m tests.crash.power [EVERY]``. A state is built after every EVERYth call. Of
each file it holds what the last fsync made durable, and of what was written since nothing, zeros,
or every other sector; of each folder the names that its last fsync made durable, or all of them.
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
from crawler.evidence.ledger import Ledger
from crawler.practice.server import LoopbackServer
from crawler.store import Store
from crawler.workspace import Workspace
from tests.crash.scene import Faulty, failures, faults_after_recovery, forum, hits, watching

CALLS = "openat,write,pwrite64,ftruncate,fsync,fdatasync,rename,renameat2,link,linkat,unlink,unlinkat,mkdir,lseek"
STATES = ("lost", "zeros", "torn", "named")
SECTOR = 512
_CALL = re.compile(r"(\w+)\((.*)\)\s+= (-?\d+)", re.DOTALL)
_HANDLE = re.compile(r"(\d+)<([^>]*)>")
_TEXT = re.compile(r'"((?:[^"\\]|\\.)*)"')


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
    offsets: dict[str, tuple[Inode, int, bool]] = field(default_factory=dict)
    """Process and descriptor -> file, position, whether it appends."""

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
        texts = [_plain(text) for text in _TEXT.findall(arguments)]
        handle = _HANDLE.search(arguments)
        if call == "openat":
            return self._open(texts[0], arguments, result)
        if call in ("write", "pwrite64", "ftruncate", "lseek") and handle and handle[1] in self.offsets:
            return self._change(call, handle[1], texts, arguments, result)
        if call in ("fsync", "fdatasync") and handle:
            return self._sync(handle[1], _plain(handle[2]))
        if call in ("rename", "renameat2", "link", "linkat") and texts[0] in self.names:
            self.names[texts[1]] = self.names[texts[0]]
            if call.startswith("rename"):
                del self.names[texts[0]]
            return True
        if call in ("unlink", "unlinkat") and texts[0] in self.names:
            del self.names[texts[0]]
            return True
        return False

    def _open(self, path: str, arguments: str, handle: int) -> bool:
        made = "O_CREAT" in arguments and path not in self.names
        if made:
            self.names[path] = Inode()
        inode = self.names.get(path)
        if inode is None:
            self.offsets.pop(str(handle), None)
            return False
        if "O_TRUNC" in arguments:
            inode.data.clear()
        self.offsets[str(handle)] = (inode, 0, "O_APPEND" in arguments)
        return made

    def _change(self, call: str, handle: str, texts: list[str], arguments: str, result: int) -> bool:
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

    def _sync(self, handle: str, path: str) -> bool:
        if handle in self.offsets and self.names.get(path, self.offsets[handle][0]) is self.offsets[handle][0]:
            inode = self.offsets[handle][0]
            inode.synced = bytes(inode.data)
            return True
        for names, kept in ((self.sure, True), (self.names, False)):
            for name in [name for name in names if str(Path(name).parent) == path]:
                if kept:
                    del self.sure[name]
                else:
                    self.sure[name] = self.names[name]
        return True

    def state(self, how: str) -> dict[str, bytes]:
        """The files that a power cut may leave now."""
        names = self.names if how == "named" else self.sure
        return {name: _left(inode, how) for name, inode in names.items() if not name.endswith("-shm")}


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


def trace(folder: Path, log: Path, *words: object) -> None:
    """Run `titlewatch WORDS...` under strace."""
    command = ["strace", "-f", "-y", "-xx", "-s", "100000000", "-e", f"trace={CALLS}", "-o", str(log)]
    code = "from crawler.cli.main import main; main()"
    done = subprocess.run(
        [*command, sys.executable, "-c", code, *map(str, words)], check=False, capture_output=True, text=True
    )
    if done.returncode:
        raise SystemExit(f"{words}: {done.returncode} {done.stderr[-2000:]}")


def sweep(every: int) -> int:
    """Cut the power of a crawl after every so many calls; returns how many states came back wrong."""
    top = Path(tempfile.mkdtemp(prefix="titlewatch-power-"))
    bad = tried = 0
    try:
        with LoopbackServer("bulk", forum(10), None) as server, Faulty() as faulty:
            place = watching(faulty, top / "w", server.url)
            disk = Disk.of(place)
            trace(place, top / "log", "--workspace", place, "crawl")
            expected = hits(place)
            changes = 0
            for call, arguments, result in calls(top / "log"):
                if not disk.apply(call, arguments, result):
                    continue
                changes += 1
                if changes % every:
                    continue
                ledger = disk.sure[str(place / "evidence" / "ledger.jsonl")].synced
                for how in STATES:
                    tried += 1
                    full = tried % 25 == 0
                    wrong = _recovers(disk.state(how), place, ledger, faulty if full else None, expected)
                    if wrong:
                        bad += 1
                        print(f"after change {changes} ({call}), {how}: {'; '.join(wrong)[:600]}", flush=True)
            seen = {
                name: bytes(inode.data)
                for name, inode in disk.names.items()
                if name.startswith(str(place / "evidence"))
            }
    finally:
        shutil.rmtree(top, ignore_errors=True)
    print(f"{changes} changes, {len(seen)} evidence files, {tried} states, {bad} wrong")
    return bad


def _recovers(
    state: dict[str, bytes], place: Path, ledger: bytes, faulty: Faulty | None, expected: list[tuple[str, str]]
) -> list[str]:
    shutil.rmtree(place)
    for folder in ("evidence/spool", "keys/roots", "exports"):
        (place / folder).mkdir(parents=True)
    for name, data in state.items():
        path = Path(name)
        if path.is_relative_to(place):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
    wrong = []
    workspace = Workspace(place)
    try:
        if faulty:
            done = faulty(place, "crawl")
            if done.code:
                wrong.append(f"crawl: {done.code} {done.err[-300:]}")
            wrong += faults_after_recovery(place, expected)
        else:
            store = Store.open(workspace.database)
            with Ledger(workspace.ledger) as opened:
                recover_all(workspace, store, opened)
            if store.rows("PRAGMA integrity_check")[0][0] != "ok":
                wrong.append("the database is damaged")
            store.close()
            wrong += failures(place)
    except TitlewatchError as error:
        wrong.append(str(error))
    if not workspace.ledger.read_bytes().startswith(ledger):
        wrong.append("an entry that was durable is lost")
    return wrong


if __name__ == "__main__":
    sys.exit(sweep(int(sys.argv[1]) if len(sys.argv) > 1 else 1) > 0)
