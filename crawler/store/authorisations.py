"""Authorisations: for which works, where and until when a right-holder lets us act."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from crawler import clock
from crawler.store.database import Store


@dataclass(frozen=True, slots=True)
class Authorisation:
    """A right-holder's authority to act for some works, in some countries, for some time."""

    authorisation_id: str
    rightsholder: str
    reference: str
    territory: tuple[str, ...]
    """ISO 3166-1 alpha-2 codes, or ``WORLD``."""
    valid_from: date
    valid_to: date
    """The last day on which it is valid."""
    works: tuple[str, ...]
    entered_by: str
    """``user@host`` of the operating system."""
    entered_at: datetime
    document_sha256: str | None = None
    acts: tuple[str, ...] = ()
    """Kinds of act that it covers (`crawler.model.ACTIONS`); empty where its document names none, and then all."""


def save(store: Store, authorisation: Authorisation) -> None:
    """Put an authorisation on file, with its works."""
    a = authorisation
    with store.transaction() as connection:
        connection.execute(
            "INSERT INTO authorisations VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                a.authorisation_id, a.rightsholder, a.reference, " ".join(a.territory), a.valid_from.isoformat(),
                a.valid_to.isoformat(), a.entered_by, clock.stamp(a.entered_at), a.document_sha256,
                " ".join(a.acts),
            ),
        )  # fmt: skip
        connection.executemany(
            "INSERT INTO authorisation_works VALUES (?, ?)", [(a.authorisation_id, work) for work in a.works]
        )


def every(store: Store) -> list[Authorisation]:
    """All authorisations on file, oldest first."""
    return [
        _one(store, row) for row in store.rows("SELECT * FROM authorisations ORDER BY entered_at, authorisation_id")
    ]


def for_works(store: Store, work_ids: Sequence[str]) -> dict[str, list[Authorisation]]:
    """The authorisations on file of each work, live or not."""
    wanted: dict[str, list[Authorisation]] = {work: [] for work in work_ids}
    for authorisation in every(store):
        for work in authorisation.works:
            if work in wanted:
                wanted[work].append(authorisation)
    return wanted


def _one(store: Store, row: Any) -> Authorisation:
    works = store.rows(
        "SELECT work_id FROM authorisation_works WHERE authorisation_id = ? ORDER BY work_id",
        (row["authorisation_id"],),
    )
    return Authorisation(
        authorisation_id=row["authorisation_id"],
        rightsholder=row["rightsholder"],
        reference=row["reference"],
        territory=tuple(row["territory"].split()),
        valid_from=date.fromisoformat(row["valid_from"]),
        valid_to=date.fromisoformat(row["valid_to"]),
        works=tuple(work[0] for work in works),
        entered_by=row["entered_by"],
        entered_at=clock.parse(row["entered_at"]),
        document_sha256=row["document_sha256"],
        acts=tuple(row["acts"].split()),
    )
