"""A decided case with real evidence, taken in China and wanted in the United States, and people who try to let it leave."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest

from crawler import clock
from crawler.desk import approving, exporting, person, referring
from crawler.desk.clearing import Cleared
from crawler.model import Work
from crawler.store import Store, works
from crawler.store.referrals import Referral
from crawler.workspace import Workspace
from tests.bundle import case_workspace

US = "US/IPR Center"
DAY = timedelta(days=1)


@dataclass
class Guarded:
    """The workspace, an open store, and what its people do."""

    workspace: Workspace
    store: Store
    case_id: str
    hit_ids: list[str]
    monkeypatch: pytest.MonkeyPatch

    @property
    def today(self) -> date:
        return clock.now().date()

    def authorise(self, work: str = "lantern", territory: str = "US", **more: object) -> None:
        """Put an authorisation on file: of a work, for a country, from yesterday to tomorrow unless `more` says otherwise."""
        told = {"valid_from": self.today - DAY, "valid_to": self.today + DAY, **more}
        referring.put_on_file(
            self.store, self.workspace, rightsholder="Harbour Films", reference="POA-4", work_ids=[work],
            territory=territory, **told,
        )  # type: ignore[arg-type]  # fmt: skip

    def allow(self, **more: object) -> None:
        """Put an approval under data law on file, for the United States and this case unless `more` says otherwise."""
        told = {
            "reference": "MoJ 118", "authority": "Ministry of Justice", "recipients": "US", "case_id": self.case_id,
            "valid_from": self.today - DAY, "valid_to": self.today + DAY, "entered_by": "Li Si", **more,
        }  # fmt: skip
        approving.put_on_file(self.store, self.workspace, **told)  # type: ignore[arg-type]

    @contextmanager
    def as_user(self, name: str, host: str = "desk", logins: tuple[str, ...] = ()) -> Iterator[None]:
        """Act as a system user of a host, with the accounts behind him."""
        with self.monkeypatch.context() as patched:
            someone = person.Person(name, host, logins)
            for module in ("crawler.desk.referring", "crawler.desk.entering", "crawler.desk.conducting"):
                patched.setattr(f"{module}.acting", lambda: someone)
            yield

    def draft(self, **more: object) -> Referral:
        """Draft the referral to the United States."""
        return referring.draft(self.store, self.workspace, self.case_id, US, "17 USC 506", "Li Si", **more)  # type: ignore[arg-type]

    def approve(self, referral: Referral, name: str, host: str = "desk", logins: tuple[str, ...] = ()) -> Referral:
        """Approve it as a system user."""
        with self.as_user(name, host, logins):
            return referring.approve(self.store, self.workspace, referral.referral_id, name.title())

    def opened(self) -> Referral:
        """Open every gate, in the way that is meant; returns the referral."""
        for work in ("lantern", "atlas"):
            self.authorise(work)
        self.allow()
        referral = self.draft()
        self.approve(referral, "li")
        self.approve(referral, "wang")
        return referral

    def leave(self, approval: str | None = None) -> Cleared | None:
        """Try every gate of the export to the United States."""
        order = exporting.Order(self.case_id, US, approval)
        return exporting.check_gates(self.store, self.workspace, order)

    def license(self, domain: str, work: str = "lantern") -> None:
        """Say that a work is licensed on a domain."""
        (known,) = [one for one in works.every(self.store) if one.work_id == work]
        works.save(self.store, [Work(**{**_fields(known), "licensed_domains": (domain,)})])

    def write(self, statement: str, *values: object) -> None:
        """Write past the program, as anybody can who may write the file."""
        with sqlite3.connect(self.workspace.database, timeout=30) as connection:
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute(statement, values)
        connection.close()

    def ledger(self) -> str:
        return self.workspace.ledger.read_text(encoding="utf-8")


def _fields(work: Work) -> dict[str, object]:
    return {name: getattr(work, name) for name in work.__dataclass_fields__}


def build(folder: Path) -> Path:
    """The workspace that each test gets a copy of."""
    made = case_workspace.make(folder / "W", None)
    made.store.close()
    return made.workspace.folder


def copy(built: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Guarded:
    """A copy of the workspace, open."""
    shutil.copytree(built, folder)
    workspace = Workspace(folder)
    store = Store.open(workspace.database)
    row = store.row("SELECT case_id FROM cases")
    assert row is not None
    hits = [str(one[0]) for one in store.rows("SELECT hit_id FROM case_items ORDER BY position")]
    return Guarded(workspace, store, str(row[0]), hits, monkeypatch)
