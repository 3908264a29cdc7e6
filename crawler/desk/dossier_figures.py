"""What a case counts as facts: copies, rows, sums and thresholds, each with the exhibits and amounts behind it."""

from collections.abc import Iterable, Sequence

from crawler.casework.basis import Basis, rests_on
from crawler.casework.copies import Copy
from crawler.casework.counters import BASES, COUNTERS, ENTERED, Row, total
from crawler.casework.dossier import covering
from crawler.casework.facts import CopyFact, Item, RowFact, ThresholdFact, Total
from crawler.desk.counting import Count


class Counted:
    """A count whose rows are tied to what they rest on.

    A figure that was read from a later state of a page than the one that was decided upon names that state's exhibit.
    """

    def __init__(self, count: Count, items: Sequence[Item], of_case: Basis) -> None:
        self._count, self._of_case = count, of_case
        self._pages: dict[str, tuple[Basis, ...]] = {}
        for item in items:
            self._pages[item.source_page] = (*self._pages.get(item.source_page, ()), *item.basis)
        self._everything = covering(items) or (of_case,)
        self._amounts = {(a.counter, a.basis, a.number, a.unit, a.at, a.source): a.amount_id for a in count.amounts}

    @property
    def rows(self) -> tuple[RowFact, ...]:
        """Everything that is counted."""
        return tuple(
            RowFact(
                basis=self.basis(row), counter=row.counter, counted=row.basis, number=row.number, unit=row.unit,
                at=row.at, is_dated=row.is_dated, what=row.what, shown=row.shown,
            )
            for row in self._count.rows
        )  # fmt: skip

    def basis(self, row: Row) -> tuple[Basis, ...]:
        """What one row rests on."""
        if row.counter in ENTERED:
            amount = self._amounts.get((row.counter, row.basis, row.number, row.unit, row.at, row.what))
            return rests_on("amount", [amount])
        return rests_on("exhibit", row.exhibits) or self._pages.get(row.what) or self._everything

    def copies(self, found: Iterable[Copy]) -> tuple[CopyFact, ...]:
        """The distinct copies."""
        return tuple(
            CopyFact(
                basis=rests_on("exhibit", one.exhibits) or self._everything, work_id=one.work_id, object=one.object,
                pages=one.pages, offered=one.offered, is_dated=one.is_dated,
            )
            for one in found
        )  # fmt: skip

    def totals(self) -> tuple[Total, ...]:
        """The sums, in order of counter, basis and unit."""
        found = []
        for counter in COUNTERS:
            for counted in BASES:
                rows = [row for row in self._count.rows if (row.counter, row.basis) == (counter, counted)]
                for unit in sorted({row.unit for row in rows}):
                    same = [row for row in rows if row.unit == unit]
                    found.append(
                        Total(
                            basis=self._of(same), counter=counter, counted=counted, number=total(same), unit=unit,
                            rows=len(same),
                        )
                    )  # fmt: skip
        return tuple(found)

    def thresholds(self) -> tuple[ThresholdFact, ...]:
        """Every threshold; one for which nothing counts rests on all that the case holds."""
        found = []
        for one in self._count.assessments:
            figures = tuple(self._of([*figure.rows, *figure.estimated]) for figure in one.figures)
            every = tuple(dict.fromkeys(basis for figure in figures for basis in figure))
            found.append(ThresholdFact(basis=every, assessment=one, figures=figures))
        return tuple(found)

    def _of(self, rows: Sequence[Row]) -> tuple[Basis, ...]:
        return tuple(dict.fromkeys(basis for row in rows for basis in self.basis(row))) or self._everything
