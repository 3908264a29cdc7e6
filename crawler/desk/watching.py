"""Works put on the watchlist, from a file or one by one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from crawler import clock
from crawler.config import Matching
from crawler.desk.entering import enter
from crawler.desk.latin import latin
from crawler.desk.person import acting
from crawler.errors import UsageError, WatchlistError
from crawler.evidence.canonical import canonical_json, sha256_hex, well_formed
from crawler.matching.demands import FORMS, Proof, demands
from crawler.matching.identifiers import Identifier, of_work, told
from crawler.matching.risk import Risk, risks
from crawler.model import POLICIES, Work
from crawler.store import Store, works
from crawler.store import given as ids
from crawler.watchlist import importing
from crawler.watchlist.cell import COLUMNS, SEVERAL, record
from crawler.watchlist.heading import POLICY_OF, meant
from crawler.watchlist.naming import name_all
from crawler.watchlist.row import Faults, read_row
from crawler.wording.risks import say_needs, say_peril
from crawler.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Watched:
    """What putting works on the watchlist did."""

    works: tuple[Work, ...]
    added: int
    changed: int
    unchanged: int
    risks: tuple[Risk, ...]
    """The risk of each work, in their order."""
    encoding: str | None = None
    shared: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Identifiers that more than one watched work has, each with the ids of those works; of the works put there only."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A watched work with its risk, and what a hit on it needs."""

    work: Work
    risk: Risk
    needs: tuple[tuple[Proof, ...], ...]
    changes: tuple[str, ...] | None = None
    """The columns that adding it again changed, empty where none was; None for a work that was not watched before."""

    def say_needs(self, language: str) -> str:
        """What a hit needs, as a sentence."""
        form = FORMS.get(self.work.kind or "", "")
        work = self.work
        return say_needs(
            self.needs, work.policy, work.year, work.creators, form, language, work.publishers, told(work.identifiers)
        )

    def as_dict(self) -> dict[str, object]:
        """The work as `works list --json` prints it, its members named like the columns."""
        return {
            **record(self.work),
            "policy": self.work.policy,
            "risk": self.risk.grade,
            "risk_reasons": [
                {"reason": peril.name, "text": say_peril(peril.name, peril.facts, "en")} for peril in self.risk.perils
            ],
            "needs": self.say_needs("en"),
        }


def import_file(store: Store, workspace: Workspace, path: Path, encoding: str | None = None) -> Watched:
    """Add and change works as a file says; works and columns that it does not name stay.

    The ledger gets the hashes of the file and of the list as it is then. Raises
    WatchlistError, and changes nothing.
    """
    read = importing.read(path, encoding)
    source = {"act": "import", "file": well_formed(path.name), "file_sha256": sha256_hex(read.data)}
    return _save(store, workspace, source, read.works, read.named, read.encoding)


def add(store: Store, workspace: Workspace, values: dict[str, object]) -> Standing:
    """Add one work, its members named like the columns of a file.

    A work that is watched already gets what is given anew, and loses nothing of what it has.
    Raises WatchlistError for a value that cannot be taken, UsageError when the id is taken.
    """
    faults = Faults()
    work = read_row(1, values, faults)
    if work is None:
        said = "; ".join(fault.removeprefix("row 1, column ") for fault in faults.found)
        raise WatchlistError("not a work that can be watched", said, "see: titlewatch works add --help")
    held = next(works.stream(store, [work.work_id]), None) if work.work_id else None
    # The same again is no mistake: it may be what was cut short a moment ago.
    if held is not None and held[0].title != work.title:
        raise UsageError(
            "the id is taken", work.work_id, "choose another, or change the work with: titlewatch works import"
        )
    every = works.every(store)
    (named,) = name_all((work,), every, latin)
    known = next((one for one in every if one.work_id == named.work_id), None)
    done = watch(store, workspace, (_joined(named, known, bool(values.get("policy"))) if known else named,))
    added = standing(done.works[0], done.risks[0], workspace.configuration().matching)
    return replace(added, changes=_changed(known, added.work)) if known else added


def watch(store: Store, workspace: Workspace, given: Sequence[Work]) -> Watched:
    """Put works on the watchlist as they are. Raises UsageError, and changes nothing."""
    return _save(store, workspace, {"act": "add"}, given, (frozenset(COLUMNS),) * len(given))


def set_policy(
    store: Store, workspace: Workspace, work_ids: Sequence[str], policy: str, by: str = "", note: str = ""
) -> Watched:
    """Say how far matches of works are trusted, from the next run on; the ledger names the works, the policy and who.

    Raises UsageError for a word that is no policy, UnknownObjectError for an unknown work; then nothing changes.
    """
    word = POLICY_OF.get(policy.lower())
    if word is None:
        guess = meant(policy, POLICIES)
        raise UsageError(f"not a policy{guess}", policy, f"use one of: {', '.join(POLICIES)}")
    wanted = set(ids.whole(store, "work", work_ids, ", nothing was changed"))
    by = " ".join(by.split()) or str(acting())
    given = [replace(work, policy=word) for work, _ in works.stream(store, wanted)]
    change = clock.new_id()
    source = {
        "act": "policy",
        "change": change,
        "works": [well_formed(work.work_id) for work in given],
        "policy": word,
        "by": well_formed(by),
        # The id keeps a short note from being guessed by its hash.
        "note_sha256": sha256_hex(f"{change}\n{note}".encode()) if note else None,
    }
    return _save(store, workspace, source, given, (frozenset(COLUMNS),) * len(given), by=by, note=note)


def change(store: Store, workspace: Workspace, work_id: str, values: Mapping[str, object]) -> Standing:
    """Put what is given, by column, in the place of what a work has; an empty value takes away.

    Raises UnknownObjectError, and WatchlistError for a value that cannot be taken; then nothing changes.
    """
    known, faults = works.one(store, work_id), Faults()
    given = {name: value for name, value in values.items() if value is not None and value != []}
    if not given:
        raise UsageError("nothing to change", known.work_id, "name what to change: titlewatch works set --help")
    work = read_row(1, {"title": known.title, **given, "id": known.work_id}, faults)
    if work is None:
        said = "; ".join(fault.removeprefix("row 1, column ") for fault in faults.found)
        raise WatchlistError("not a work that can be watched", said, "see: titlewatch works set --help")
    source = {"act": "set", "columns": sorted(given)}
    done = _save(store, workspace, source, (work,), (frozenset(given),))
    return replace(
        standing(done.works[0], done.risks[0], workspace.configuration().matching),
        changes=_changed(known, done.works[0]),
    )


def remove(store: Store, workspace: Workspace, work_id: str, by: str = "") -> Work:
    """Take a work without hits off the watchlist; the ledger keeps its id, who, and the list's hash as it is then.

    Raises UnknownObjectError, UsageError for a work that a hit or an authorisation rests on, WorkspaceLockedError
    while a run is at work, which may be finding it.
    """
    by = " ".join(by.split()) or str(acting())
    with workspace.run_lock():
        work = works.one(store, work_id)
        with store.transaction():
            works.remove(store, work.work_id)
            source = {"act": "remove", "removed": 1, "by": well_formed(by)}
            enter(workspace, [_body(store, source, (work,), 0, 0)])
    return work


def _save(
    store: Store, workspace: Workspace, source: Mapping[str, object], given: Sequence[Work],
    columns: Sequence[frozenset[str]], encoding: str | None = None, *, by: str = "", note: str = "",
) -> Watched:  # fmt: skip
    known = {work.work_id: work for work in works.every(store)}
    named = [
        _kept(work, known.get(work.work_id), present)
        for work, present in zip(name_all(given, known.values(), latin), columns, strict=True)
    ]
    with store.transaction():
        added, changed = works.save(store, named, by or str(acting()), note)
        if added or changed:
            enter(workspace, [_body(store, source, named, added, changed)])
    every = {**known, **{work.work_id: work for work in named}}
    measured = tuple(risks(named, every.values()))
    shared = _shared(named, every.values())
    return Watched(tuple(named), added, changed, len(named) - added - changed, measured, encoding, shared)


def _shared(named: Sequence[Work], every: Iterable[Work]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    wanted = {one for work in named for one in of_work(work.identifiers)}
    owners: dict[Identifier, list[str]] = {}
    for work in every if wanted else ():
        for one in of_work(work.identifiers) & wanted:
            owners.setdefault(one, []).append(work.work_id)
    return tuple(sorted((one.written, tuple(sorted(owning))) for one, owning in owners.items() if len(owning) > 1))


def standings(store: Store, settings: Matching) -> list[Standing]:
    """All watched works, in the order of their ids, each with its risk."""
    every = works.every(store)
    return [standing(work, risk, settings) for work, risk in zip(every, risks(every), strict=True)]


def standing(work: Work, risk: Risk, settings: Matching) -> Standing:
    """A work and its risk, with what a hit needs under a workspace's settings."""
    return Standing(work, risk, demands(work, risk.spelling, settings.threshold, settings.review))


def _body(
    store: Store, source: Mapping[str, object], named: Sequence[Work], added: int, changed: int
) -> dict[str, object]:
    """What was done to the watchlist; the list itself is told by its hash alone."""
    body: dict[str, object] = {"type": "watchlist", **source, "added": added, "changed": changed}
    if len(named) == 1:
        body["work"] = well_formed(named[0].work_id)
    return {**body, "watchlist_sha256": _list_sha256(store)}


def _list_sha256(store: Store) -> str:
    """SHA-256 (hex) of the canonical JSON of all works, which is never in memory as a whole."""
    digest = sha256(b"[")
    for number, (work, _) in enumerate(works.stream(store)):
        digest.update(b"," * bool(number) + canonical_json(record(work)))
    digest.update(b"]")
    return digest.hexdigest()


def _joined(work: Work, known: Work, policy_given: bool) -> Work:
    """A known work with what is given anew: single values in the place of the old ones, further ones behind them."""
    values: dict[str, Any] = {}
    for name in COLUMNS:
        old, new = (getattr(one, name, None) for one in (known, work))
        if new and (name != "policy" or policy_given):
            values[name] = tuple(dict.fromkeys((*(old or ()), *new))) if name in SEVERAL else new
    return replace(known, **values)


def _changed(known: Work, work: Work) -> tuple[str, ...]:
    return tuple(name for name in COLUMNS if name != "id" and getattr(known, name) != getattr(work, name))


def _kept(work: Work, known: Work | None, present: frozenset[str]) -> Work:
    """The work with what is known of it in columns that were not given."""
    if known is None:
        return work
    return replace(work, **{name: getattr(known, name) for name in COLUMNS if name not in present and name != "id"})
