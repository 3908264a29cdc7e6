"""How fast matching is, as ratios to str.casefold over the same text in the same run.

    python bench/matching.py [TITLES] [PAGES]

The corpus is synthetic and always the same: words of invented syllables drawn after Zipf's law,
half of the pages Chinese, 6.5 KB of UTF-8 each; one page in three holds a target and one in ten
a planted release line. Titles: 60% Latin, 1 to 6 words, 40% Chinese, 3 to 8 characters, from
the same vocabulary, so that common words are titles too (the square root of their frequency). CPU time of one process, median of
three rounds; compare the ratios, not the speeds.
"""

import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from crawler.matching import Matcher, Offer
from crawler.matching.lexicon import known
from crawler.matching.page import Page
from crawler.matching.places import places
from crawler.model import Target, Work
from crawler.text import fold, squeeze, words

KINDS = ("film", "series", "book", "music", "game", None)


class Vocabulary:
    """Invented words and the real characters of common Chinese, each with a frequency after Zipf."""

    def __init__(self, chance: random.Random) -> None:
        parts = [
            start + vowel
            for start in [
                "b",
                "c",
                "d",
                "f",
                "g",
                "h",
                "l",
                "m",
                "n",
                "p",
                "r",
                "s",
                "t",
                "v",
                "w",
                "st",
                "tr",
                "ch",
                "sh",
            ]
            for vowel in "aeiou"
        ]
        made: dict[str, None] = {}
        while len(made) < 30_000:
            word = "".join(chance.choice(parts) for _ in range(chance.choice((1, 1, 2, 2, 2, 3, 3, 4))))
            word += chance.choice(("", "n", "r", "s"))
            if not known(word):
                made[word] = None
        self.latin = list(made)
        self.chinese = [chr(code) for code in range(0x4E00, 0x9FA6)]
        chance.shuffle(self.chinese)
        self.chinese = self.chinese[:3500]
        self.latin_weights = [1 / (rank + 3) for rank in range(len(self.latin))]
        self.title_weights = [weight**0.5 for weight in self.latin_weights]
        self.chinese_weights = [1 / (rank + 20) for rank in range(len(self.chinese))]


def titles(chance: random.Random, vocabulary: Vocabulary, count: int) -> list[Work]:
    """A watchlist of distinct titles."""
    made: dict[str, None] = {}
    while len(made) < count:
        if chance.random() < 0.6:
            drawn = chance.choices(vocabulary.latin, vocabulary.title_weights, k=chance.randint(1, 6))
            made[" ".join(drawn).title()] = None
        else:
            made["".join(chance.choices(vocabulary.chinese, vocabulary.chinese_weights, k=chance.randint(3, 8)))] = None
    return [
        Work(f"w{place}", title, chance.choice(KINDS), chance.randint(1950, 2026)) for place, title in enumerate(made)
    ]


def pages(chance: random.Random, vocabulary: Vocabulary, works: list[Work], count: int) -> list[Offer]:
    """Forum pages of about 6.5 KB."""
    made = []
    for place in range(count):
        lines: list[str] = []
        size = 0
        while size < 6500:
            if place % 2:
                line = (
                    "".join(chance.choices(vocabulary.chinese, vocabulary.chinese_weights, k=chance.randint(8, 60)))
                    + "。"
                )
            else:
                line = (
                    " ".join(chance.choices(vocabulary.latin, vocabulary.latin_weights, k=chance.randint(4, 25))) + "."
                )
            lines.append(line)
            size += len(line.encode()) + 1
        targets: tuple[Target, ...] = ()
        if place % 3 == 0:
            address = f"https://pan.quark.cn/s/{chance.randrange(16**10):010x}"
            lines.append(address)
            targets = (Target("cloud_drive", address, None, address),)
        if place % 10 == 0:
            work = chance.choice(works)
            lines.insert(chance.randrange(len(lines)), f"{work.title} {work.year} 1080p WEB-DL x264")
        made.append(Offer(lines[0], "\n".join(lines), targets))
    return made


def cpu(task: Callable[[], object]) -> float:
    """The median CPU time of three runs, in seconds."""
    spent = []
    for _ in range(3):
        start = time.process_time()
        task()
        spent.append(time.process_time() - start)
    return statistics.median(spent)


def main(count: int, page_count: int) -> None:
    """Print the table."""
    chance = random.Random(7)
    vocabulary = Vocabulary(chance)
    works = titles(chance, vocabulary, count)
    offers = pages(chance, vocabulary, works, page_count)
    start = time.process_time()
    matcher = Matcher(works)
    built = time.process_time() - start
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "titles.npz")
        matcher.save(path)
        size = path.stat().st_size
        start = time.process_time()
        matcher = Matcher.load(path, matcher.fingerprint)
        loaded = time.process_time() - start
    raw = [Page(offer).raw for offer in offers]
    bytes_read = sum(len(text.encode()) for text in raw)
    folded = [fold(text) for text in raw]
    target = Target("cloud_drive", "https://pan.quark.cn/s/0123456789", None, "https://pan.quark.cn/s/0123456789")
    targeted = [Offer(offer.title, offer.body, (target,)) for offer in offers]
    named = sum(len(places(Page(offer), matcher.index)) for offer in offers)
    steps: list[tuple[str, Callable[[], object]]] = [
        ("str.casefold", lambda: [text.casefold() for text in raw]),
        ("fold", lambda: [fold(text) for text in raw]),
        ("words view", lambda: [words(view) for view in folded]),
        ("squeezed view", lambda: [squeeze(view) for view in folded]),
        ("match, as crawled", lambda: [matcher.match(offer) for offer in offers]),
        ("match, a target on every page", lambda: [matcher.match(offer) for offer in targeted]),
        ("match, no target on any page", lambda: [matcher.match(Offer(offer.title, offer.body)) for offer in offers]),
    ]
    print(f"{count} titles: built in {built:.1f} s, {size / 1e6:.0f} MB, loaded in {loaded:.3f} s")
    print(
        f"{page_count} pages, {bytes_read / page_count / 1000:.1f} KB each; "
        f"{named / page_count:.1f} titles named on a page; {sum(bool(matcher.match(offer)) for offer in offers)} pages with a match\n"
    )
    print(f"{'step':32s} {'MB/s':>8s} {'pages/s':>9s} {'x casefold':>11s}")
    reference = 0.0
    for name, task in steps:
        spent = cpu(task)
        reference = reference or spent
        print(f"{name:32s} {bytes_read / spent / 1e6:8.1f} {page_count / spent:9.0f} {spent / reference:11.1f}")


if __name__ == "__main__":
    main(*(int(argument) for argument in (*sys.argv[1:], *("100000", "1000")[len(sys.argv) - 1 :])))
