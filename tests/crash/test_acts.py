"""A person's act that one of its two places refuses: it is in neither."""

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from crawler.desk import deciding, gathering
from crawler.errors import VerificationError
from tests.bundle import case_workspace
from tests.bundle.case_workspace import CaseWorkspace

ACTS: dict[str, tuple[str, Callable[[CaseWorkspace], object]]] = {
    "decide": ("decisions", lambda w: deciding.decide(w.store, w.workspace, w.hit_ids, "unclear", "Li Si")),
    "cases new": ("cases", lambda w: gathering.new_case(w.store, w.workspace, "Another")),
    "cases add": ("case_items", lambda w: gathering.add(w.store, w.workspace, w.case_id, w.hit_ids)),
}


@pytest.fixture
def case(tmp_path: Path) -> Iterator[CaseWorkspace]:
    """A workspace with a case that is empty."""
    made = case_workspace.make(tmp_path / "w", decided=False)
    with made.store.transaction() as connection:
        connection.execute("DELETE FROM case_items")
    yield made
    made.store.close()


def rows(case: CaseWorkspace, table: str) -> int:
    return len(case.store.rows(f"SELECT 1 FROM {table}"))


@pytest.mark.parametrize("name", ACTS)
def test_what_the_database_refuses_is_not_in_the_ledger(case: CaseWorkspace, name: str) -> None:
    table, act = ACTS[name]
    case.store.connection.execute(
        f"CREATE TRIGGER refused BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'refused'); END"
    )
    before = case.workspace.ledger.read_bytes()
    with pytest.raises(sqlite3.IntegrityError, match="refused"):
        act(case)
    assert case.workspace.ledger.read_bytes() == before


@pytest.mark.parametrize("name", ACTS)
def test_what_the_ledger_refuses_is_not_in_the_database(case: CaseWorkspace, name: str) -> None:
    table, act = ACTS[name]
    before = rows(case, table)
    with case.workspace.ledger.open("ab") as file:
        file.write(b"{}\n")
    with pytest.raises(VerificationError):
        act(case)
    assert rows(case, table) == before


@pytest.mark.parametrize("name", ACTS)
def test_what_both_take_is_numbered(case: CaseWorkspace, name: str) -> None:
    table, act = ACTS[name]
    last = len(case.workspace.ledger.read_bytes().splitlines())
    act(case)
    added = len(case.workspace.ledger.read_bytes().splitlines()) - last
    assert added >= 1
    numbers = {row[0] for row in case.store.rows(f"SELECT max(ledger_seq) FROM {table}")}
    assert numbers == {last + added - 1}
    assert case.store.rows(f"SELECT 1 FROM {table} WHERE ledger_seq IS NULL") == []
