"""A case ready for export: every item with its exhibit and a person's decision, or a refusal that names all that is missing."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from crawler.bundle import layout
from crawler.errors import RefusedError
from crawler.model import Site, Work
from crawler.store import Store, exhibits, landed
from crawler.store.exhibits import CaseItem, CaseRow, ExhibitRow, KeptCapture, KeptExchange
from crawler.store.landed import Landed


@dataclass(frozen=True, slots=True)
class Exhibit:
    """One item of the case with all that its pages in the bundle say."""

    number: int
    """1, 2, 3 ... in the order of the case."""
    name: str
    """The exhibit's id: folder name and name in every table."""
    hit: Mapping[str, Any]
    work: Work
    site: Site
    row: ExhibitRow
    listing: Mapping[str, Any]
    """The listing as it was recorded."""
    reasons: tuple[Mapping[str, Any], ...]
    decisions: tuple[Mapping[str, Any], ...]
    landed: tuple[Landed, ...] = ()
    """What was observed of its targets' landing pages."""

    @property
    def page(self) -> KeptExchange:
        """The exchange that fetched the page of the offer."""
        return next(exchange for exchange in self.row.exchanges if exchange.role == "page")

    @property
    def decision(self) -> Mapping[str, Any]:
        """The decision that stands."""
        return self.decisions[-1]

    @property
    def capture(self) -> KeptCapture | None:
        """The newest browser capture for a picture, when there is one."""
        return next((one for one in reversed(self.row.captures) if layout.RENDERED not in one.files), None)

    @property
    def rendering(self) -> KeptCapture | None:
        """The newest browser capture that the listing was read from; None for one that was read from the response."""
        if self.listing.get("read_from") is None:
            return None
        return next((one for one in reversed(self.row.captures) if layout.RENDERED in one.files), None)

    @property
    def targets(self) -> list[Mapping[str, Any]]:
        """Where the offered copies sit, as the listing gave them."""
        return list(self.listing["links"])


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A case that may be exported."""

    row: CaseRow
    exhibits: tuple[Exhibit, ...]

    @property
    def case_id(self) -> str:
        return self.row.case_id

    @property
    def file_name(self) -> str:
        """The case's id as a path component."""
        return layout.safe_name(self.row.case_id)

    @property
    def works(self) -> list[Work]:
        """The works of the case, each once, in the order of their ids."""
        found = {exhibit.work.work_id: exhibit.work for exhibit in self.exhibits}
        return [found[work_id] for work_id in sorted(found)]

    @property
    def sites(self) -> list[Site]:
        """The sites of the case, each once, in the order of their ids."""
        found = {exhibit.site.site_id: exhibit.site for exhibit in self.exhibits}
        return [found[site_id] for site_id in sorted(found)]

    @property
    def exchanges(self) -> list[KeptExchange]:
        """Every exchange of the case once, in the order of the ledger."""
        found = {e.exchange_id: e for exhibit in self.exhibits for one in exhibit.landed for e in one.exchanges}
        found |= {e.exchange_id: e for exhibit in self.exhibits for e in exhibit.row.exchanges}
        return sorted(found.values(), key=lambda e: (e.ledger_seq or 0, e.exchange_id))

    @property
    def captures(self) -> list[KeptCapture]:
        """Every browser capture of the case once, in the order of the ledger."""
        found = {c.capture_id: c for exhibit in self.exhibits for c in exhibit.row.captures}
        return sorted(found.values(), key=lambda c: (c.ledger_seq, c.capture_id))


def gather(store: Store, case_id: str, agency: str | None = None) -> CaseFile:
    """Read a case from the store. Raises UnknownObjectError, or RefusedError naming every item that may not leave.

    The internal bundle takes every item that a person has decided, however; what goes to
    an agency was decided infringing.
    """
    row = exhibits.case(store, case_id)
    if not row.items:
        raise RefusedError("the case is empty", case_id, f"add hits with: titlewatch cases add {case_id} HIT...")
    problems = [problem for item in row.items for problem in _problems(item, row.reference_urls, agency)]
    if problems:
        named = ", ".join(problems)
        raise RefusedError(
            f"{len(problems)} obstacle{'s' if len(problems) > 1 else ''} to the export of case {case_id}",
            named,
            "decide each item with: titlewatch decide HIT --verdict V --by NAME; crawl again where bytes are missing",
        )
    return _with_landings(store, CaseFile(row, tuple(_exhibit(number, one) for number, one in enumerate(row.items, 1))))


def _with_landings(store: Store, case: CaseFile) -> CaseFile:
    """The case with what was observed of its targets, and the runs that observed it."""
    named = {exhibit.name: targets_of(exhibit.listing) for exhibit in case.exhibits}
    known = landed.of_targets(store, {target for targets in named.values() for target in targets})
    if not any(known.values()):
        return case
    exhibits_with = tuple(
        replace(exhibit, landed=_once(one for target in named[exhibit.name] for one in known[target]))
        for exhibit in case.exhibits
    )
    ran = {str(e.facts["run_id"]) for exhibit in exhibits_with for one in exhibit.landed for e in one.exchanges}
    every = {**case.row.runs, **exhibits.runs(store, ran - set(case.row.runs))}
    return CaseFile(replace(case.row, runs={run: every[run] for run in sorted(every)}), exhibits_with)


def _once(found: Iterable[Landed]) -> tuple[Landed, ...]:
    return tuple({(one.target, one.key): one for one in found}.values())


def targets_of(listing: Mapping[str, Any]) -> list[str]:
    """What the targets of a recorded listing are known by, each once, in its order."""
    return list(
        dict.fromkeys(str(link["object"] or link["url"]) for link in listing["links"] if not link.get("damaged"))
    )


_WHY_NONE = " yet (found by looking back at what was read before: titlewatch crawl makes it, from its page)"


def _problems(item: CaseItem, reference_urls: frozenset[str], agency: str | None) -> list[str]:
    """Why one item may not leave; empty when it may."""
    hit_id, found = item.hit["hit_id"], []
    if not item.decisions:
        found.append(f"{hit_id} has no person's decision")
    elif agency is not None and item.decisions[-1]["verdict"] != "infringing":
        found.append(f"{hit_id} was decided {item.decisions[-1]['verdict']}, not infringing")
    if item.exhibit is None:
        found.append(f"{hit_id} has no exhibit{_WHY_NONE if item.hit['look_back'] else ''}")
        return found
    pages = [e for e in item.exhibit.exchanges if e.role == "page"]
    if not pages:
        found.append(f"{hit_id} has an exhibit without a page")
    found += [
        f"{hit_id} has an exhibit whose {e.role} bytes were not kept"
        for e in item.exhibit.exchanges
        if e.segment is None and e.role in ("page", "redirect")
    ]
    targets = json.loads(item.exhibit.listing)["links"]
    if item.hit["url"] in reference_urls or any(target["url"] in reference_urls for target in targets):
        found.append(f"{hit_id} names a reference (genuine) page as infringing")
    return found


def _exhibit(number: int, item: CaseItem) -> Exhibit:
    assert item.exhibit is not None
    listing = json.loads(item.exhibit.listing)
    return Exhibit(
        number=number,
        name=layout.safe_name(item.exhibit.exhibit_id),
        hit=item.hit,
        work=item.work,
        site=item.site,
        row=item.exhibit,
        listing=listing,
        reasons=tuple(listing["match"]["reasons"]),
        decisions=item.decisions,
    )
