"""Random kills of crawls with pictures, stamps and small segments, while people decide, export and back up.

By hand: ``python -m tests.crash.storm [KILLS [SEED]]``.
"""

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from crawler.practice.authority import PracticeAuthority
from crawler.practice.sites import PracticeSites
from tests.crash.scene import ROOT, Faulty, entries, faults_after_recovery, hits, rows

WITHOUT = "SELECT exhibit_id FROM exhibits e WHERE NOT EXISTS (SELECT 1 FROM exhibit_captures c WHERE c.exhibit_id = e.exhibit_id)"


def prepared(faulty: Faulty, top: Path, name: str, sites: PracticeSites, timestamps: str) -> Path:
    """A workspace that watches the practice works on both practice sites, with pictures and stamps."""
    settings = (
        "crawl.delay=0",
        "network.allow_private=true",
        "evidence.segment_bytes=65536",
        f"evidence.timestamps={timestamps}",
    )
    done = faulty(top, "init", name, *[part for setting in settings for part in ("--set", setting)])
    assert done.code == 0, done.err
    place = top / name
    for work in sites.works:
        aliases = [part for alias in work.aliases for part in ("--alias", alias)]
        assert faulty(place, "works", "add", work.title, "--id", work.work_id, *aliases).code == 0
    for site, url in (("forum", sites.forum_url), ("blog", sites.blog_url)):
        assert faulty(place, "sites", "add", url, "--id", site).code == 0
    return place


def storm(kills: int, seed: int) -> int:
    """Kill a crawl so many times at random; returns how many things were wrong in the end."""
    dice = random.Random(seed)
    top = Path(tempfile.mkdtemp(prefix="titlewatch-storm-"))
    authority = PracticeAuthority(top / "authority")
    code = "from crawler.cli.main import main; main()"
    with PracticeSites(latency=0.02) as sites, authority.serve() as server, Faulty() as faulty:
        stamps = json.dumps(str(authority.roots))
        timestamps = f'[{{id = "practice", url = "{server.url}", roots = {stamps}}}]'
        calm = prepared(faulty, top, "calm", sites, timestamps)
        began = time.monotonic()
        assert faulty(calm, "crawl").code == 0
        took = time.monotonic() - began
        expected = hits(calm)
        place = prepared(faulty, top, "stormy", sites, timestamps)
        done = acts = 0
        while done < kills:
            crawl = subprocess.Popen(
                [sys.executable, "-c", code, "--workspace", str(place), "crawl"],
                cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
            )  # fmt: skip
            found = [row["hit_id"] for row in rows(place, "SELECT hit_id FROM hits WHERE exhibit_id IS NOT NULL")]
            if found and done % 3 == 0:
                acts += (
                    faulty(place, "decide", dice.choice(found), "--verdict", "infringing", "--by", "Li Si").code == 0
                )
            if found and done % 10 == 5:
                acts += faulty(place, "backup", top / "backup").code == 0
            # A kill before the first entry disturbs nothing: it counts from there.
            size = (place / "evidence" / "ledger.jsonl").stat().st_size
            while crawl.poll() is None and (place / "evidence" / "ledger.jsonl").stat().st_size == size:
                time.sleep(0.01)
            reading = bool(rows(place, "SELECT 1 FROM pages WHERE state = 'due' LIMIT 1")) or not found
            time.sleep(dice.uniform(0, took * 0.4 if reading else 1.5))
            if crawl.poll() is None:
                os.killpg(crawl.pid, signal.SIGKILL)
            crawl.wait()
            done += 1
        last = faulty(place, "crawl")
        wrong = [f"the last crawl left with {last.code}: {last.err[-300:]}"] if last.code else []
        wrong += faults_after_recovery(place, expected)
        wrong += [f"{row['exhibit_id']} has no picture" for row in rows(place, WITHOUT)]
        backed = faulty(top, "verify", "backup")
        wrong += [f"backup: {backed.err[-300:]}"] if (top / "backup").exists() and backed.code else []
        kinds: dict[str, int] = {}
        for entry in entries(place):
            kinds[entry["type"]] = kinds.get(entry["type"], 0) + 1
    print(f"{done} kills, {acts} acts meanwhile, {len(expected)} hits, entries {kinds}")
    for what in wrong:
        print("  " + what[:400])
    print(f"{len(wrong)} wrong; {place}")
    return len(wrong)


if __name__ == "__main__":
    sys.exit(storm(*map(int, sys.argv[1:3] or ["50"]), *([1] if len(sys.argv) < 3 else [])) > 0)
