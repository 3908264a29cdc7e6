"""Random kills of crawls with pictures, stamps and small segments, while people decide, export and back up.

By hand: ``python -m tests.crash.storm [KILLS [SEED [SECONDS]]]``. Half of the kills come at a random moment
after a random entry has appeared in the ledger, half of them before a random step that reaches
the disk. A crawl that comes to its end is compared with an undisturbed one, and the next begins
in a fresh workspace, so that every kill falls into work.
"""

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from crawler.practice.authority import PracticeAuthority
from crawler.practice.server import LoopbackServer
from crawler.practice.sites import PracticeSites
from tests.crash.scene import (
    ROOT,
    TITLES,
    Faulty,
    entries,
    faults_after_recovery,
    forum,
    hits,
    rows,
    stamped_by,
)

WITHOUT = "SELECT exhibit_id FROM exhibits e WHERE NOT EXISTS (SELECT 1 FROM exhibit_captures c WHERE c.exhibit_id = e.exhibit_id)"
SETTINGS = ("crawl.delay=0", "network.allow_private=true", "evidence.segment_bytes=65536")
CODE = "from crawler.cli.main import main; main()"


@dataclass
class Storm:
    """What has happened so far."""

    faulty: Faulty
    top: Path
    sites: PracticeSites
    bulk: str
    stamping: str
    dice: random.Random
    expected: list[tuple[str, str]] = field(default_factory=list)
    steps: int = 0
    entered: int = 0
    kills: int = 0
    ends: float = 0.0
    finished: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def prepared(self, name: str) -> Path:
        """A workspace that watches both practice sites and a bulk forum, with pictures and stamps."""
        settings = [part for setting in (*SETTINGS, self.stamping) for part in ("--set", setting)]
        done = self.faulty(self.top, "init", name, *settings)
        assert done.code == 0, done.err
        place = self.top / name
        for work in self.sites.works:
            aliases = [part for alias in work.aliases for part in ("--alias", alias)]
            assert self.faulty(place, "works", "add", work.title, "--id", work.work_id, *aliases).code == 0
        for number, title in enumerate(TITLES):
            assert self.faulty(place, "works", "add", title, "--id", f"w{number}").code == 0
        for site, url in (("forum", self.sites.forum_url), ("blog", self.sites.blog_url), ("bulk", self.bulk)):
            assert self.faulty(place, "sites", "add", url, "--id", site).code == 0
        return place

    def calm(self) -> None:
        """The undisturbed crawl that the others are compared with."""
        place = self.prepared("calm")
        done = self.faulty(place, "crawl")
        assert done.code == 0, done.err
        self.expected, self.steps, self.entered = hits(place), done.steps or 0, len(entries(place))

    def goes_on(self, kills: int) -> bool:
        """Whether there is another kill to come."""
        return self.kills < kills and time.monotonic() < self.ends

    def round(self, number: int, kills: int) -> None:
        """Kill the crawls of a fresh workspace until one comes to its end, or enough were killed."""
        place = self.prepared(f"stormy-{number}")
        while self.goes_on(kills):
            self._act(place)
            before = entries(place)
            killed = self._at_a_moment(place) if self.kills % 2 else self._at_a_step(place)
            self._count(before, entries(place))
            if not killed:
                self.finished += 1
                break
            self.kills += 1
            self.counts["left something"] += bool(_left(place))
            self._expect(place, _left(place))
        last = self.faulty(place, "crawl")
        if last.code:
            self.wrong.append(f"the last crawl left with {last.code}: {last.err[-300:]}")
        self.wrong += faults_after_recovery(place, self.expected)
        self.wrong += [f"{row['exhibit_id']} has no picture" for row in rows(place, WITHOUT)]
        for bundle in [path for path in (place / "exports").iterdir() if path.is_dir()]:
            checked = self.faulty(place, "verify", bundle)
            self.wrong += [f"bundle: {checked.err[-300:]}"] if checked.code else []
        backup = self.top / f"backup-{place.name}"
        if backup.exists() and (checked := self.faulty(self.top, "verify", backup)).code:
            self.wrong.append(f"backup: {checked.err[-300:]}")

    def _act(self, place: Path) -> None:
        """What a person does between two crawls."""
        found = [row["hit_id"] for row in rows(place, "SELECT hit_id FROM hits WHERE exhibit_id IS NOT NULL")]
        if not found or self.dice.random() < 0.5:
            return
        hit = self.dice.choice(found)
        words = [["decide", hit, "--verdict", "infringing", "--by", "Li Si"]]
        if self.dice.random() < 0.3:
            words += [["backup", str(self.top / f"backup-{place.name}")], ["cases", "new", "A case"]]
        for order in words:
            done = self.faulty(place, *order)
            self.counts["acts"] += 1
            self.wrong += [f"{order[0]}: {done.code} {done.err[-300:]}"] if done.code else []
        if len(words) > 1:
            case = rows(place, "SELECT case_id FROM cases ORDER BY case_id DESC")[0]["case_id"]
            for order in (["cases", "add", case, hit], ["export", case]):
                done = self.faulty(place, *order)
                self.counts["acts"] += 1
                self.wrong += [f"{order[0]}: {done.code} {done.err[-300:]}"] if done.code else []

    def _at_a_step(self, place: Path) -> bool:
        done = self.faulty(place, "crawl", at=self.dice.randint(1, max(2, self.steps // 5)))
        if done.last:
            self.counts[f"before {done.last.split()[0]}"] += 1
        return done.code == -signal.SIGKILL

    def _at_a_moment(self, place: Path) -> bool:
        ledger = place / "evidence" / "ledger.jsonl"
        wanted = ledger.read_bytes().count(b"\n") + self.dice.randint(3, max(4, self.entered // 6))
        crawl = subprocess.Popen(
            [sys.executable, "-c", CODE, "--workspace", str(place), "crawl"],
            cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        while crawl.poll() is None and ledger.read_bytes().count(b"\n") < wanted:
            time.sleep(0.005)
        time.sleep(self.dice.uniform(0, 0.3))
        if crawl.poll() is None:
            os.killpg(crawl.pid, signal.SIGKILL)
        self.counts["at a moment"] += crawl.wait() == -signal.SIGKILL
        return crawl.returncode == -signal.SIGKILL

    def _expect(self, place: Path, left: set[str]) -> None:
        """The next start names in a recovery entry what was left."""
        if not left:
            return
        before = len(entries(place))
        done = self.faulty(place, "crawl", "--max-requests", 1)
        made = entries(place)[before:]
        self._count([], made)
        named = {str(entry.get("of") or entry.get("segment")) for entry in made if entry["type"] == "recovery"}
        if not any(one in name for one in left for name in named):
            self.wrong.append(f"left {left}, named {named}; {done.code} {done.err[-200:]}")

    def _count(self, before: list[dict[str, object]], after: list[dict[str, object]]) -> None:
        for entry in after[len(before) :]:
            if entry["type"] == "recovery":
                self.counts["recovery entries"] += 1


def _left(place: Path) -> set[str]:
    """What a kill has left that no entry, or no row, names: segments, ``exhibits``, ``ledger.jsonl``."""
    made = entries(place)
    until: dict[str, int] = {}
    for entry in made:
        record = entry.get("record") or {}
        if "segment" in record:
            until[record["segment"]] = max(until.get(record["segment"], 0), record["offset"] + record["length"])
    left = {
        path.name.removesuffix(".open")
        for path in (place / "evidence").glob("*.open")
        if path.stat().st_size > until.get(path.name.removesuffix(".open"), 0)
    }
    named = {name for entry in made if entry["type"] == "recovery" for name in entry.get("orphans", ())}
    known = {row["exhibit_id"] for row in rows(place, "SELECT exhibit_id FROM exhibits")}
    if {entry["exhibit"] for entry in made if entry["type"] == "exhibit"} - known - named:
        left.add("exhibits")
    if not (place / "evidence" / "ledger.jsonl").read_bytes().endswith(b"\n"):
        left.add("ledger.jsonl")
    return left


def storm(kills: int = 50, seed: int = 1, seconds: int = 7200) -> int:
    """Kill crawls so many times at random, or for so long; returns how many things were wrong in the end."""
    top = Path(tempfile.mkdtemp(prefix="titlewatch-storm-"))
    authority = PracticeAuthority(top / "authority")
    began = time.monotonic()
    with (
        PracticeSites(latency=0.02) as sites,
        LoopbackServer("bulk", forum(20), None, latency=0.02) as bulk,
        authority.serve() as server,
        Faulty() as faulty,
    ):
        made = Storm(faulty, top, sites, bulk.url, stamped_by(authority, server.url), random.Random(seed))
        made.calm()
        number = 0
        made.ends = began + seconds
        while made.goes_on(kills):
            number += 1
            made.round(number, kills)
    counts = json.dumps(dict(sorted(made.counts.items())))
    print(f"{made.kills} kills in {number} workspaces, {made.finished} finished before a kill, {counts}")
    print(
        f"undisturbed: {len(made.expected)} hits, {made.entered} entries, {made.steps} steps; {time.monotonic() - began:.0f} s"
    )
    for what in made.wrong:
        print("  " + what[:400])
    print(f"{len(made.wrong)} wrong; {top}")
    return len(made.wrong)


if __name__ == "__main__":
    sys.exit(storm(*map(int, sys.argv[1:])) > 0)
