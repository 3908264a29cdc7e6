"""What a case counts, the amounts that people add to it, and how far it reaches the thresholds of offences."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import cast

from crawler import clock, datafile
from crawler.casework import copies, counters, thresholds
from crawler.casework.counters import BASES, ENTERED, MONEY, Amount, Basis, CounterName, Row
from crawler.casework.thresholds import Assessment, Threshold
from crawler.desk.entering import enter
from crawler.desk.person import acting
from crawler.errors import UsageError
from crawler.store import Store, amounts, cases, hits
from crawler.store.amounts import EnteredAmount
from crawler.workspace import Workspace

THRESHOLDS = "thresholds.toml"
"""In a workspace: the thresholds as its own lawyers wrote them, in place of those that ship."""


@dataclass(frozen=True, slots=True)
class Count:
    """A case in figures."""

    case_id: str
    rows: tuple[Row, ...]
    """Of the hits that a person found infringing, and of the amounts that stand."""
    left_out: int
    """Hits of the case that no person has found infringing: they count nothing."""
    assessments: tuple[Assessment, ...]
    amounts: tuple[EnteredAmount, ...]


def laws(workspace: Workspace) -> tuple[Threshold, ...]:
    """The thresholds that hold in a workspace. Raises ConfigurationError that names a fault of its own file."""
    own = workspace.folder / THRESHOLDS
    return thresholds.parse(datafile.text_of(own), str(own)) if own.exists() else thresholds.known()


def count(store: Store, workspace: Workspace, case_id: str, jurisdictions: Sequence[str] = ()) -> Count:
    """Count a case, and hold it against the thresholds of some jurisdictions, or of all."""
    case = cases.one(store, case_id)
    held = hits.several(store, cases.hit_ids(store, case.case_id))
    found = copies.counting(held)
    entered = amounts.of_case(store, case.case_id)
    figures = [
        Amount(cast(CounterName, a.counter), cast(Basis, a.basis), a.number, a.unit, a.source, a.at) for a in entered
    ]
    rows = counters.rows(found, figures)
    wanted = [law for law in laws(workspace) if not jurisdictions or law.jurisdiction in jurisdictions]
    assessed = tuple(thresholds.assess(law, rows) for law in wanted)
    return Count(case.case_id, tuple(rows), len(held) - len(found), assessed, tuple(entered))


def enter_amount(
    store: Store,
    workspace: Workspace,
    case_id: str,
    *,
    counter: str,
    number: float,
    unit: str,
    basis: str,
    source: str,
    day: date,
    entered_by: str,
) -> EnteredAmount:
    """Add an amount to a case. Raises UsageError for a fault, and adds nothing."""
    case, person = cases.one(store, case_id), acting()
    if counter not in ENTERED:
        raise UsageError("not a figure that people enter", counter, f"use one of: {', '.join(ENTERED)}")
    if basis not in BASES:
        raise UsageError("not a basis", basis, f"use one of: {', '.join(BASES)}")
    unit = unit.strip().upper()
    if (counter in MONEY) != bool(unit):
        raise UsageError(
            f"the unit of {counter} is wrong", unit or "none", "money has one (CNY, USD), nothing else has"
        )
    if number <= 0:
        raise UsageError("an amount is more than nothing", f"{number:g}", "correct it")
    if not source.strip() or not entered_by.strip():
        raise UsageError("an amount needs its source and a name", f"case {case.case_id}", "give --source and --by")
    made = EnteredAmount(
        clock.new_id(), case.case_id, counter, basis, number, unit, source.strip(),
        datetime.combine(day, time(), UTC), entered_by.strip(), person.user, person.host, clock.now(),
    )  # fmt: skip
    body = {
        "type": "amount", "act": "enter", "amount": made.amount_id, "case": made.case_id, "counter": counter, "basis": basis,
        "number": f"{number:g}", "unit": unit, "source": made.source, "day": day.isoformat(), "entered_by": made.entered_by,
    }  # fmt: skip
    with store.transaction() as connection:
        amounts.write(connection, made)
        (seq,) = enter(workspace, [body])
        amounts.number(connection, made.amount_id, seq)
    return made


def withdraw_amount(store: Store, workspace: Workspace, amount_id: str, by: str) -> None:
    """Count an amount no longer; it stays on record. Raises UnknownObjectError or UsageError."""
    amount = amounts.one(store, amount_id)
    if amount.withdrawn_at is not None:
        raise UsageError("it is withdrawn already", amount_id, "nothing is left to do")
    if not by.strip():
        raise UsageError("nobody withdraws it", "--by", "give your name")
    with store.transaction() as connection:
        amounts.withdraw(connection, amount_id, clock.now())
        body = {
            "type": "amount",
            "act": "withdraw",
            "amount": amount_id,
            "case": amount.case_id,
            "withdrawn_by": by.strip(),
        }
        enter(workspace, [body])
