"""Graded links between sites: what they share that their operator had to put there, and how far it bears a link out.

Anybody may copy a page with all the numbers on it, and an agency may serve hundreds of sites from one account. So a link
is asserted on one strong trace or on two medium ones of different kinds, and on nothing less; what many have in common
bears nothing out, and two sites of one theme are not linked at all.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

from crawler.attribution.sightings import domain_of
from crawler.statement import Statement, StatementKind

Grade = Literal["strong", "medium", "weak"]
Family = Literal["registration", "analytics", "advertising", "certificate", "payment", "contact", "look", "address"]
"""Traces of one family are copied together, or given together: they bear each other out no further."""
COMMON = 8
"""Sites that share a value from which it is an intermediary's, a theme's or a host's, and bears nothing out."""
NAMES = 12
"""A certificate with more names than this is a host's for many customers."""
_KINDS: dict[StatementKind, tuple[Family, Grade]] = {
    "filing": ("registration", "medium"),
    "security-filing": ("registration", "medium"),
    "analytics": ("analytics", "medium"),
    "advertising": ("advertising", "medium"),
    "certificate": ("certificate", "strong"),
    "payment": ("payment", "medium"),
    "contact": ("contact", "medium"),
    "favicon": ("look", "weak"),
    "template": ("look", "weak"),
    "address": ("address", "weak"),
}
KINDS: tuple[StatementKind, ...] = (*_KINDS, "edge")
"""The kinds of statements that links are made from."""
_GRADES: tuple[Grade, ...] = ("weak", "medium", "strong")


@dataclass(frozen=True, slots=True)
class Trace:
    """One thing that two sites share."""

    kind: StatementKind
    value: str
    grade: Grade
    statements: tuple[str, ...]
    """The ids of the statements that show it on either side."""

    @property
    def family(self) -> Family:
        """With which other kinds it is copied or given together."""
        return _KINDS[self.kind][0]


@dataclass(frozen=True, slots=True)
class OperatorLink:
    """Two sites that share something, as far as that bears out that one operator runs both."""

    left: str
    """A site's id; the domain of a host that belongs to no site."""
    right: str
    grade: Grade
    shared: tuple[Trace, ...]
    against: tuple[str, ...] = ()
    """The ids of statements that speak against it: each side shows a filing number of its own."""
    is_disputed: bool = False
    """A person disputes it, or something speaks against it."""

    @property
    def because(self) -> tuple[str, ...]:
        """The ids of all statements that it rests on."""
        return tuple(dict.fromkeys(one for trace in self.shared for one in trace.statements))

    @property
    def is_asserted(self) -> bool:
        """Whether it may be said that one operator runs both; any other link is for people to look at."""
        return self.grade == "strong" and not self.is_disputed


def links(
    statements: Iterable[Statement],
    owners: Mapping[str, str] | None = None,
    certificates: Mapping[str, Collection[str]] | None = None,
    disputed: Collection[frozenset[str]] = (),
) -> tuple[OperatorLink, ...]:
    """The links that statements show, strongest first; neither their order nor doubles matter.

    `owners` names the site of a host, and hosts of one site are one; `certificates` gives the names in a certificate by
    its value as stated; `disputed` holds the pairs that a person disputes.
    """
    said = sorted({one.statement_id: one for one in statements}.values(), key=lambda s: (s.at, s.statement_id))
    edges = {one.about for one in said if one.kind == "edge" and one.about}
    by_value: dict[tuple[StatementKind, str], dict[str, list[Statement]]] = defaultdict(lambda: defaultdict(list))
    numbers: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    actors = {one.host: (owners or {}).get(one.host) or domain_of(one.host) for one in said}
    known = {*actors.values(), *(owners or {}).values()}
    for one in said:
        actor = actors[one.host]
        if one.kind in _KINDS and _is_own(one, edges, certificates or {}):
            for each in {actor, *(_named(one, owners or {}, certificates or {}) & known)}:
                by_value[one.kind, comparable(one.kind, one.value)][each].append(one)
            if one.kind == "filing":
                numbers[actor][comparable(one.kind, one.value)].append(one.statement_id)
    shared: dict[tuple[str, str], list[Trace]] = defaultdict(list)
    for (kind, value), by_actor in sorted(by_value.items()):
        if 2 <= len(by_actor) <= COMMON:
            for left, right in combinations(sorted(by_actor), 2):
                both = by_actor[left], by_actor[right]
                shared[left, right].append(Trace(kind, value, _grade(kind, both), tuple(_shown(each) for each in both)))
    found = []
    for (left, right), traces in shared.items():
        if (grade := _graded(traces)) is not None:
            against = _against(numbers.get(left, {}), numbers.get(right, {}))
            is_disputed = bool(against) or frozenset((left, right)) in disputed
            found.append(OperatorLink(left, right, grade, tuple(traces), against, is_disputed))
    return tuple(sorted(found, key=lambda link: (-_GRADES.index(link.grade), link.is_disputed, link.left, link.right)))


def comparable(kind: StatementKind, value: str) -> str:
    """The form in which values are compared: of a filing the number of its holder, without that of the single site."""
    value = value.strip()
    if kind == "filing":
        head, dash, last = value.rpartition("-")
        return head if dash and last.isdigit() else value
    if kind == "analytics" and value.startswith("UA-"):
        return value.rpartition("-")[0]
    return value


def _named(one: Statement, owners: Mapping[str, str], certificates: Mapping[str, Collection[str]]) -> set[str]:
    """The sites that a certificate names beside the one that showed it."""
    if one.kind != "certificate":
        return set()
    names = (name.removeprefix("*.") for name in certificates.get(one.value, ()))
    return {owners.get(name) or domain_of(name) for name in names}


def _is_own(one: Statement, edges: Collection[str], certificates: Mapping[str, Collection[str]]) -> bool:
    """Whether a value is the site's own: not that of a delivery network's edge, nor of a host for many customers."""
    if one.kind == "address":
        return one.value not in edges
    if one.kind == "certificate":
        return one.about not in edges and len(certificates.get(one.value, ())) <= NAMES
    return True


def _grade(kind: StatementKind, both: Iterable[Sequence[Statement]]) -> Grade:
    """The grade of a shared value: one less where either side's source is not sure."""
    grade = _KINDS[kind][1]
    sure = all(any(one.confidence != "low" for one in each) for each in both)
    return grade if sure else _GRADES[max(_GRADES.index(grade) - 1, 0)]


def _shown(said: Sequence[Statement]) -> str:
    """The first statement that shows it."""
    return said[0].statement_id


def _graded(traces: Sequence[Trace]) -> Grade | None:
    """What traces come to together; None where they bear no link out, as of two sites with one theme."""
    families: dict[Grade, set[Family]] = {
        grade: {trace.family for trace in traces if trace.grade == grade} for grade in _GRADES
    }
    if families["strong"] or len(families["medium"]) >= 2:
        return "strong"
    if families["medium"]:
        return "medium"
    return "weak" if len(families["weak"]) >= 2 else None


def _against(left: Mapping[str, Sequence[str]], right: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """The filings of both sides, where each shows one and they have none in common."""
    if not left or not right or set(left) & set(right):
        return ()
    return tuple(ids[0] for each in (left, right) for _, ids in sorted(each.items()))
