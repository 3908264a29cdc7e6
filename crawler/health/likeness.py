"""How alike two templates are, by a sketch of the names that their markup uses."""

from collections.abc import Iterable
from hashlib import blake2b

KEPT = 96
"""Names of a sketch: those with the smallest hashes, which are the same few of any two pages that share them."""
ALIKE = 0.85
"""Two templates that share so much of their names are of one make."""


def sketch(names: Iterable[str]) -> str:
    """A sketch of a template's names: hexadecimal, eight digits a name."""
    hashes = sorted({blake2b(name.encode(), digest_size=4).hexdigest() for name in names})
    return "".join(hashes[:KEPT])


def likeness(one: str | None, other: str | None) -> float:
    """The share of names that two sketches have in common (bottom-k estimate of Jaccard's index), 0 to 1."""
    first, second = _parts(one), _parts(other)
    smallest = sorted(first | second)[:KEPT]
    return sum(name in first and name in second for name in smallest) / len(smallest) if smallest else 0.0


def _parts(text: str | None) -> set[str]:
    return {text[start : start + 8] for start in range(0, len(text or ""), 8)} if text else set()
