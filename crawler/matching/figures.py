"""How good scores are: precision, recall, F1 at a threshold; Brier score; calibration error."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
import numpy.typing as npt

from crawler.matching.fitting import Judged

BINS = 10


@dataclass(frozen=True, slots=True)
class Figures:
    """Of texts, against what people expected of them; a wrong work is a false alarm and a miss."""

    texts: int
    precision: float
    recall: float
    f1: float
    brier: float
    """Mean squared distance of the best score from 1 where it is right, from 0 where it is not."""
    ece: float
    """Expected calibration error: how far scores are from the share that is right, over ten equal bins."""


def figures(
    texts: Sequence[Judged],
    scores: npt.NDArray[np.float64],
    right: npt.NDArray[np.float64],
    threshold: float = 0.5,
) -> Figures:
    """The figures of texts with their best scores and 1 where those are right."""
    wanted = np.array([text.expected is not None for text in texts])
    given = scores >= threshold
    true = int((given & (right > 0)).sum())
    precision = true / int(given.sum()) if given.any() else 0.0
    recall = true / int(wanted.sum()) if wanted.any() else 0.0
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    bins = np.minimum((scores * BINS).astype(int), BINS - 1)
    gaps = [abs(float((scores[bins == one] - right[bins == one]).sum())) for one in range(BINS)]
    return Figures(
        len(texts), precision, recall, f1, float(((scores - right) ** 2).mean()), sum(gaps) / max(1, len(texts))
    )


def wilson(right: int, count: int, z: float = 1.96) -> tuple[float, float]:
    """The interval in which a share lies (Wilson 1927; z = 1.96 for 95%); 0 to 1 where nothing was counted."""
    if not count:
        return 0.0, 1.0
    share = right / count
    middle = share + z * z / (2 * count)
    reach = z * sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    below = 1 + z * z / count
    return max(0.0, (middle - reach) / below), min(1.0, (middle + reach) / below)
