"""Fit the weights of diction (crawler/matching/diction.tsv) on texts that people judged.

    python bench/fit_diction.py FILE... [--test FILE...] [--out FILE] [--strength N] [--trust N] [--kept N]

FILEs hold cases as `titlewatch match` reads them, each with the work that people `expected`. A
row is a title on a text that bears evidence, its best place; it is right when people expect that
work. Logistic loss on top of what the rules say, which is trusted in part (``--trust``), because the
rules were tuned on some of the same texts; an L2 pull towards nothing; wrong works count half as much
again. Words that fewer than three texts have are left out, and the weakest weights are dropped.
The figures of ``--test`` are those of texts that nothing was fitted on, if nobody has looked at them.
"""

import argparse
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from crawler.desk.matching import judged_texts
from crawler.matching import diction
from crawler.matching.scales import shipped

FEWEST, LIMIT, NEGATIVES, ROUNDS = 3, 8.0, 1.5, 300


@dataclass
class Row:
    """A watched title on a text: what the rules say of it, and the words around it."""

    text: int
    rules: float
    words: frozenset[str]
    right: bool


@dataclass
class Source:
    """One file's rows, and how many of its texts offer a watched work."""

    name: str
    rows: list[Row]
    expected: int


def main() -> None:
    """Fit, tell, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--test", nargs="*", type=Path, default=[])
    parser.add_argument("--out", type=Path)
    parser.add_argument("--strength", type=float, default=0.3)
    parser.add_argument("--trust", type=float, default=0.7)
    parser.add_argument("--kept", type=int, default=4000)
    given = parser.parse_args()
    sources, tests = [_read(path) for path in given.files], [_read(path) for path in given.test]
    rows = [row for source in sources for row in source.rows]
    counts = Counter(word for row in rows for word in row.words)
    vocabulary = sorted(word for word, count in counts.items() if count >= FEWEST)
    fitted = _fit(rows, vocabulary, given.strength, given.trust)
    base = round(fitted.pop(""), 3)
    strongest = sorted(fitted, key=lambda word: -abs(fitted[word]))[: given.kept]
    weights = {"": base, **{word: round(fitted[word], 2) for word in sorted(strongest) if round(fitted[word], 2)}}
    print(
        f"{len(rows)} titles on {sum(map(_texts, sources))} texts; {len(vocabulary)} words and runs, {len(weights)} kept"
    )
    for source in [*sources, *tests]:
        mark = "test " if source in tests else ""
        print(f"{mark}{source.name}: by rules {_figures(source, {})}; with diction {_figures(source, weights)}")
    if given.out:
        head = (
            f"# Weights of words around a title, fitted by bench/fit_diction.py on {len(rows)} titles on"
            f" {sum(map(_texts, sources))} texts.\n# The words; a tab; the weight. The empty word's weight is that of every text.\n"
        )
        lines = "".join(f"{word.replace(chr(10), chr(92) + 'n')}\t{weight:g}\n" for word, weight in weights.items())
        given.out.write_text(head + lines, encoding="utf-8")


def _texts(source: Source) -> int:
    return len({row.text for row in source.rows})


def _read(path: Path) -> Source:
    rows: list[Row] = []
    expected = 0
    bias = shipped().bias
    for number, text in enumerate(judged_texts(path.read_bytes().splitlines(), str(path))):
        expected += text.expected is not None
        best: dict[str, Row] = {}
        for work, place, evidence in text.places:
            total = bias + sum(one.weight for one in evidence if not one.rule.startswith("diction"))
            if work in best and best[work].rules >= total:
                continue
            view = text.page.folded
            low, high = view.at(place.start), view.at(place.end)
            words = frozenset(run.words for run in diction.said(view.text, low, high))
            best[work] = Row(number, total, words, work == text.expected)
        rows += best.values()
    return Source(path.stem, rows, expected)


def _fit(rows: Sequence[Row], vocabulary: Sequence[str], strength: float, trust: float) -> dict[str, float]:
    """Nesterov's accelerated gradient on the whole of the texts: the same input gives the same weights."""
    places = {word: at for at, word in enumerate(vocabulary)}
    table = np.zeros((len(rows), len(vocabulary) + 1), dtype=np.float32)
    for at, row in enumerate(rows):
        known = [places[word] for word in row.words if word in places]
        table[at, known] = len(known) ** -0.5 if known else 0.0
    table[:, -1] = 1.0
    offset = trust * np.clip([row.rules for row in rows], -LIMIT, LIMIT)
    sign = np.array([1.0 if row.right else -1.0 for row in rows])
    counted = np.where(sign > 0, 1.0, NEGATIVES)
    pull = np.full(table.shape[1], strength)
    pull[-1] = 0.0
    step = 1.0 / (strength + 0.25 * NEGATIVES * _steepness(table))
    pull = pull.astype(np.float32)
    weights = ahead = np.zeros(table.shape[1], dtype=np.float32)
    for turn in range(ROUNDS):
        margin = sign * (table @ ahead + offset)
        slope = (-counted * sign / (1.0 + np.exp(np.clip(margin, -60, 60)))).astype(np.float32)
        following = ahead - step * (table.T @ slope + pull * ahead)
        ahead = following + turn / (turn + 3) * (following - weights)
        weights = following
    # The rules count whole in matching, so the words count for more by the same measure.
    return dict(zip([*vocabulary, ""], (weights / trust).tolist(), strict=True))


def _steepness(table: np.ndarray) -> float:
    """The square of the table's largest singular value, a little rounded up: a longer step would overshoot."""
    vector = np.ones(table.shape[1], dtype=np.float32)
    for _ in range(30):
        vector = table.T @ (table @ vector)
        vector /= np.linalg.norm(vector)
    return 1.05 * float(np.linalg.norm(table @ vector)) ** 2


def _figures(source: Source, weights: dict[str, float]) -> str:
    best: dict[int, tuple[float, bool]] = {}
    for row in source.rows:
        total = row.rules + _weight(row.words, weights)
        if row.text not in best or total > best[row.text][0]:
            best[row.text] = total, row.right
    given = [right for total, right in best.values() if total >= 0]
    precision, recall = sum(given) / max(len(given), 1), sum(given) / max(source.expected, 1)
    return f"P {precision:.3f} R {recall:.3f} F1 {2 * precision * recall / max(precision + recall, 1e-9):.3f}"


def _weight(words: Iterable[str], weights: dict[str, float]) -> float:
    known = [weights[word] for word in words if word in weights]
    if len(known) < diction.FEWEST:
        return 0.0
    total = weights[""] + len(known) ** -0.5 * sum(known)
    return 0.0 if abs(total) < diction.LEAST else max(-diction.MOST_AGAINST, min(diction.MOST, total))


if __name__ == "__main__":
    main()
