"""Faults at every step, by hand: ``python -m tests.crash.measure kill|full COMMAND [EVERY [FIRST]]``.

COMMAND is one of COMMANDS; the crawls seal small segments and have them stamped. Prints one line
for each step after which something was wrong, and how often the next start found something to put in order.
"""

import random
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from crawler.evidence.making import SETTLED
from crawler.practice.authority import PracticeAuthority
from crawler.practice.server import LoopbackServer
from tests.crash.scene import (
    Faulty,
    copied,
    entries,
    failures,
    faults_after_recovery,
    forum,
    hits,
    recovered,
    rows,
    stamped_by,
    watching,
)

COMMANDS = ("crawl", "decide", "export", "works", "backup", "init", "cases", "rotate", "stamp")


def sweep(command: str, blow: str, every: int = 1, first: int = 1, say: Callable[[str], None] = print) -> int:
    """Strike at each step of a command; returns how many steps left something wrong."""
    folder = Path(tempfile.mkdtemp(prefix="titlewatch-crash-"))
    bad = tried = left = 0
    made = forum(8)
    authority = PracticeAuthority(folder / "authority")
    try:
        with LoopbackServer("bulk", made, None) as server, authority.serve() as stamping, Faulty() as faulty:
            base = watching(faulty, folder / "base", server.url, (stamped_by(authority, stamping.url),))
            with copied(base, folder / "calm") as calm:
                assert faulty(calm, "crawl").code == 0
                expected = hits(calm)
                if command not in ("crawl", "init"):
                    shutil.rmtree(base)
                    shutil.copytree(calm, base)
            if command == "export":
                decided(faulty, base)
            if command == "stamp":
                # A second authority owes a stamp over every seal.
                both = (
                    stamped_by(authority, stamping.url)[:-1]
                    + ", "
                    + stamped_by(authority, stamping.url, "second").partition("[")[2]
                )
                assert faulty(base, "config", both).code == 0
            words = words_of(command, base, folder)
            with copied(base, folder / "count") as place:
                counted = faulty(place, *words, at=0)
                assert counted.code == 0, counted.err
                _clear(folder)
            say(f"{command}: {counted.steps} steps")
            steps = list(range(first, (counted.steps or 0) + 1, every))
            # A sweep that is broken off has seen something of everything.
            random.Random(first).shuffle(steps)
            for at in steps:
                tried += 1
                if tried % 10 == 0:
                    say(f"  {tried} of {len(steps)}, {left} put in order, {bad} wrong")
                with copied(base, folder / "w") as place:
                    struck = faulty(place, *words, at=at, blow=blow)
                    wrong = (
                        []
                        if blow == "kill" or struck.is_told or struck.code == 0
                        else [f"left with {struck.code}: {struck.err[-400:]}"]
                    )
                    wrong += [f"at once: {what}" for what in failures(place)]
                    entered = [entry["hash"] for entry in entries(place)]
                    if command == "init":
                        wrong += [f"left: {path.name}" for path in folder.glob(".new*")] if blow != "kill" else []
                        _clear(folder)
                        if (folder / "new").exists():
                            shutil.rmtree(folder / "new")
                    if any(place.rglob(".*.part")) or any((place / "exports").glob(".*")):
                        # What has just been made may be somebody's who is about to hold it.
                        time.sleep(SETTLED + 0.1)
                    again = faulty(place, *words) if command != "crawl" else faulty(place, "crawl")
                    if again.code != 0:
                        wrong.append(f"again: {again.code} {again.err[-300:]}")
                    next_run = again if command == "crawl" else faulty(place, "crawl")
                    if next_run.code != 0:
                        wrong.append(f"next crawl: {next_run.code} {next_run.err[-300:]}")
                    wrong += faults_after_recovery(place, expected)
                    if [entry["hash"] for entry in entries(place)][: len(entered)] != entered:
                        wrong.append("an entry was lost")
                    left += recovered(place)
                    wrong += [f"export left {path.name}" for path in (place / "exports").glob(".*")]
                    wrong += _bundles(faulty, place) if command == "export" else []
                _clear(folder)
                if wrong:
                    bad += 1
                    say(f"  step {at} ({struck.last}): {'; '.join(wrong)[:900]}")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    say(f"{command} {blow}: {tried} steps tried, {left} put in order by the next start, {bad} left something wrong")
    return bad


def _bundles(faulty: Faulty, place: Path) -> list[str]:
    """Which bundles do not verify; a folder that stands under its name is a whole bundle."""
    made = [path for path in (place / "exports").iterdir() if path.is_dir()]
    checked = [faulty(place, "verify", path) for path in made]
    return [f"bundle: {one.err[-300:]}" for one in checked if one.code] + ([] if made else ["no bundle"])


def _clear(folder: Path) -> None:
    for name in ("bak", "new"):
        shutil.rmtree(folder / name, ignore_errors=True)


def decided(faulty: Faulty, base: Path) -> None:
    """Decide upon two hits and gather them in a case."""
    found = [row["hit_id"] for row in rows(base, "SELECT hit_id FROM hits")][:2]
    assert faulty(base, "decide", *found, "--verdict", "infringing", "--by", "Li Si").code == 0
    assert faulty(base, "cases", "new", "A case").code == 0
    case_id = rows(base, "SELECT case_id FROM cases")[0]["case_id"]
    assert faulty(base, "cases", "add", case_id, *found).code == 0


def words_of(command: str, base: Path, folder: Path) -> list[object]:
    """The command line of a command on a workspace."""
    if command == "decide":
        found = [row["hit_id"] for row in rows(base, "SELECT hit_id FROM hits")]
        return ["decide", *found, "--verdict", "infringing", "--by", "Li Si"]
    if command == "export":
        return ["export", rows(base, "SELECT case_id FROM cases")[0]["case_id"], "--zip"]
    if command == "works":
        return ["works", "add", "A Further Title", "--id", "further"]
    if command == "cases":
        return ["cases", "new", "A case"]
    if command == "backup":
        return ["backup", folder / "bak"]
    if command == "stamp":
        return ["evidence", "stamp"]
    if command == "init":
        return ["init", folder / "new"]
    if command == "rotate":
        return ["keys", "rotate", "--by", "Li Si", "--why", "practice"]
    return ["crawl"]


if __name__ == "__main__":
    began = time.monotonic()
    wrong = sweep(sys.argv[2], "kill" if sys.argv[1] == "kill" else "ENOSPC", *map(int, sys.argv[3:]))
    print(f"{time.monotonic() - began:.0f} s")
    sys.exit(wrong > 0)
