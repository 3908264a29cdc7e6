"""How fast matching is, as ratios to str.casefold and to ahocorasick_rs over the same text in the same run.

    python bench/matching.py [--pages N] [TITLES ...]

For each number of titles one process builds the index and saves it, and a fresh one loads it,
matches the pages (bench/words.py says what they are) and tells its memory. CPU time, median of
five rounds that take turns; compare the ratios, not the speeds. `ahocorasick_rs` finds the
titles as they are, case folded, in the text as it is, and does nothing else.
"""

import argparse
import json
import pickle
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from words import Vocabulary, pages, titles

from crawler.matching import RULES_VERSION, Matcher, Offer
from crawler.matching.index import Index
from crawler.matching.layer import Layer
from crawler.matching.page import Page
from crawler.matching.places import places
from crawler.model import Target
from crawler.text import fold, squeeze, words

ROUNDS = 5
SIZES = (10_000, 100_000, 1_000_000)
TARGET = Target("cloud_drive", "https://pan.quark.cn/s/0123456789", None, "https://pan.quark.cn/s/0123456789")


def resident() -> float:
    """This process's memory at present, in MB: all of it, and that which no file backs."""
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return int(status["VmRSS"].split()[0]) / 1024


def build(folder: Path, count: int, page_count: int) -> dict[str, Any]:
    """Make titles, pages and index, and keep them in files."""
    chance = random.Random(7)
    vocabulary = Vocabulary(chance)
    works = list(titles(chance, vocabulary, count))
    offers = pages(chance, vocabulary, works, page_count)
    (folder / "pages").write_bytes(pickle.dumps(offers))
    (folder / "titles").write_text("\n".join(work.title.casefold() for work in works), encoding="utf-8")
    before = resident()
    start = time.process_time()
    layer = Layer.build(((work, "") for work in works), RULES_VERSION)
    built = time.process_time() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    start = time.perf_counter()
    layer.save(folder / "index")
    saved = time.perf_counter() - start
    size = (folder / "index").stat().st_size / 1e6
    return {"build s": built, "build MB": peak - before, "save s": saved, "file MB": size}


def measure(folder: Path) -> dict[str, Any]:
    """Load the index in this fresh process, match the pages, compare."""
    offers: list[Offer] = pickle.loads((folder / "pages").read_bytes())
    Matcher().match(offers[0])
    before = resident()
    start = time.perf_counter()
    index = Index.load(folder / "index")
    facts: dict[str, Any] = {"load s": time.perf_counter() - start}
    matcher = Matcher(index=index)
    facts["matches"] = sum(bool(matcher.match(offer)) for offer in offers) / len(offers)
    facts["resident MB"], facts["of it index MB"] = resident(), resident() - before
    raw = [Page(offer).raw for offer in offers]
    folded = [fold(text) for text in raw]
    targeted = [Offer(offer.title, offer.body, (TARGET,)) for offer in offers]
    bare = [Offer(offer.title, offer.body) for offer in offers]
    facts["titles on a page"] = sum(len(places(Page(offer), index)) for offer in offers) / len(offers)
    steps: dict[str, Callable[[], object]] = {
        "str.casefold": lambda: [text.casefold() for text in raw],
        "fold": lambda: [fold(text) for text in raw],
        "words and squeezed view": lambda: [(words(view), squeeze(view)) for view in folded],
        "match, as crawled": lambda: [matcher.match(offer) for offer in offers],
        "match, a target on every page": lambda: [matcher.match(offer) for offer in targeted],
        "match, no target on any page": lambda: [matcher.match(offer) for offer in bare],
    }
    try:
        from ahocorasick_rs import AhoCorasick
    except ImportError:
        pass
    else:
        plain = AhoCorasick((folder / "titles").read_text(encoding="utf-8").split("\n"))
        cased = [text.casefold() for text in raw]
        steps["ahocorasick_rs alone"] = lambda: [
            plain.find_matches_as_indexes(text, overlapping=True) for text in cased
        ]
    spent: dict[str, list[float]] = {name: [] for name in steps}
    for _ in range(ROUNDS):
        for name, task in steps.items():
            start = time.process_time()
            task()
            spent[name].append(time.process_time() - start)
    facts["steps"] = {name: statistics.median(times) / len(offers) for name, times in spent.items()}
    facts["page KB"] = sum(len(text.encode()) for text in raw) / len(raw) / 1000
    return facts


def table(count: int, facts: Mapping[str, Any]) -> None:
    """Print what was measured."""
    print(f"\n{count:,} titles; pages of {facts['page KB']:.1f} KB")
    own = ("build s", "build MB", "save s", "file MB", "load s", "resident MB", "of it index MB", "titles on a page")
    print("  " + ", ".join(f"{name} {facts[name]:.{1 if facts[name] >= 1 else 3}f}" for name in own))
    print(f"  {'step':32s} {'pages/s':>9s} {'x casefold':>11s} {'x ahocorasick_rs':>17s}")
    steps = facts["steps"]
    for name, each in steps.items():
        beside = each / steps["ahocorasick_rs alone"] if "ahocorasick_rs alone" in steps else float("nan")
        print(f"  {name:32s} {1 / each:9,.0f} {each / steps['str.casefold']:11.1f} {beside:17.1f}")


def main() -> None:
    """Measure every size, each in processes of its own."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("titles", type=int, nargs="*", default=SIZES)
    parser.add_argument("--pages", type=int, default=400)
    parser.add_argument("--step", choices=("build", "measure"), help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.step:
        done = build(given.folder, given.titles[0], given.pages) if given.step == "build" else measure(given.folder)
        print(json.dumps(done))
        return
    for count in given.titles:
        with tempfile.TemporaryDirectory() as folder:
            facts: dict[str, Any] = {}
            for step in ("build", "measure"):
                command = [sys.executable, __file__, str(count), "--pages", str(given.pages), "--step", step]
                done = subprocess.run([*command, "--folder", folder], stdout=subprocess.PIPE, check=True)
                facts |= json.loads(done.stdout)
        table(count, facts)


if __name__ == "__main__":
    main()
