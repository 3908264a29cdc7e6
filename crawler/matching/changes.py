"""What has become of a list of works since it was indexed."""

from collections.abc import Iterable
from typing import NamedTuple

from crawler.matching.layer import Layer


class Difference(NamedTuple):
    """How a list differs from a layer."""

    gone: tuple[int, ...]
    """Places in the layer of works that are no longer there or are other than they were."""
    fresh: tuple[tuple[str, str], ...]
    """Ids and marks of works that are new or other than they were, in the order of the ids."""

    @property
    def size(self) -> int:
        """How many works it concerns."""
        return max(len(self.gone), len(self.fresh))

    def is_in(self, layer: Layer) -> bool:
        """Whether a layer of changes holds this difference and nothing else."""
        return tuple(layer.gone.tolist()) == self.gone and tuple(layer.marks()) == self.fresh


def difference(layer: Layer, marks: Iterable[tuple[str, str]]) -> Difference:
    """Compare a layer with the (id, mark) of every work as it is now; both in the order of the ids."""
    gone: list[int] = []
    fresh: list[tuple[str, str]] = []
    now = iter(marks)
    work_id, mark = next(now, (None, ""))
    for place, (known_id, known_mark) in enumerate(layer.marks()):
        while work_id is not None and work_id < known_id:
            fresh.append((work_id, mark))
            work_id, mark = next(now, (None, ""))
        if work_id != known_id:
            gone.append(place)
            continue
        if mark != known_mark:
            gone.append(place)
            fresh.append((known_id, mark))
        work_id, mark = next(now, (None, ""))
    while work_id is not None:
        fresh.append((work_id, mark))
        work_id, mark = next(now, (None, ""))
    return Difference(tuple(gone), tuple(fresh))
