"""A made-up language to measure with: always the same words, titles and forum pages.

Words are invented syllables drawn after Zipf's law, Chinese the simplified characters whose sound is known. Titles: 60%
Latin, 1 to 6 words, 40% Chinese, 3 to 8 characters, from the same vocabulary, so that common
words are titles too (after the square root of their frequency); one in five has an alias, one
in ten of those in the other script. Half of the pages are Chinese; each has 6.5 KB of UTF-8.
"""

import random
from collections.abc import Iterator
from itertools import accumulate

from crawler.matching import Offer
from crawler.matching.lexicon import known
from crawler.matching.pinyin import readings
from crawler.model import Target, Work
from crawler.text import fold

KINDS = ("film", "series", "book", "music", "game", None)
_STARTS = ["b", "c", "d", "f", "g", "h", "l", "m", "n", "p", "r", "s", "t", "v", "w", "st", "tr", "ch", "sh"]


class Vocabulary:
    """Invented words and the real characters of common Chinese, each with a frequency after Zipf."""

    def __init__(self, chance: random.Random) -> None:
        parts = [start + vowel for start in _STARTS for vowel in "aeiou"]
        made: dict[str, None] = {}
        while len(made) < 30_000:
            word = "".join(chance.choice(parts) for _ in range(chance.choice((1, 1, 2, 2, 2, 3, 3, 4))))
            word += chance.choice(("", "n", "r", "s"))
            if not known(word):
                made[word] = None
        self.latin = list(made)
        self.chinese = [
            chr(code) for code in range(0x4E00, 0x9FA6) if fold(chr(code)).text == chr(code) and readings(chr(code))
        ]
        chance.shuffle(self.chinese)
        self.chinese = self.chinese[:3500]
        frequencies = [1 / (rank + 3) for rank in range(len(self.latin))]
        self.latin_weights = list(accumulate(frequencies))
        self.title_weights = list(accumulate(weight**0.5 for weight in frequencies))
        self.chinese_weights = list(accumulate(1 / (rank + 20) for rank in range(len(self.chinese))))

    def title(self, chance: random.Random, latin: bool) -> str:
        """One title."""
        if latin:
            words = chance.choices(self.latin, cum_weights=self.title_weights, k=chance.randint(1, 6))
            return " ".join(words).title()
        return "".join(chance.choices(self.chinese, cum_weights=self.chinese_weights, k=chance.randint(3, 8)))

    def line(self, chance: random.Random, latin: bool) -> str:
        """A sentence of a post."""
        if latin:
            return " ".join(chance.choices(self.latin, cum_weights=self.latin_weights, k=chance.randint(4, 25))) + "."
        return "".join(chance.choices(self.chinese, cum_weights=self.chinese_weights, k=chance.randint(8, 60))) + "。"


def titles(chance: random.Random, vocabulary: Vocabulary, count: int) -> Iterator[Work]:
    """A watchlist of distinct titles, in the order of their ids."""
    made: set[str] = set()
    while len(made) < count:
        latin = chance.random() < 0.6
        title = vocabulary.title(chance, latin)
        if title in made:
            continue
        made.add(title)
        aliases = (vocabulary.title(chance, latin ^ (chance.random() < 0.1)),) if chance.random() < 0.2 else ()
        yield Work(
            f"w{len(made):07d}", title, chance.choice(KINDS), chance.randint(1950, 2026), aliases=aliases
        )  # fmt: skip


def pages(chance: random.Random, vocabulary: Vocabulary, works: list[Work], count: int) -> list[Offer]:
    """Forum pages: one in three holds a target, one in ten a release line of one of the works."""
    made = []
    for place in range(count):
        lines: list[str] = []
        size = 0
        while size < 6500:
            lines.append(vocabulary.line(chance, place % 2 == 0))
            size += len(lines[-1].encode()) + 1
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
