"""A new title looks back: everything that was already seen is searched for it, and nothing is fetched again."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from crawler import clock
from crawler.desk.entering import enter
from crawler.engine.exhibits import snapshot_of
from crawler.engine.titles import Titles
from crawler.engine.weighing import scales_of
from crawler.evidence.canonical import canonical_json, sha256_hex, well_formed
from crawler.matching import Matcher
from crawler.matching.keys import half_keys, keys
from crawler.matching.offer import offer_of
from crawler.model import Hit, Match
from crawler.store import Store, look_backs, texts, works
from crawler.store.listings import ExhibitDue
from crawler.store.look_backs import LookBack, Owed
from crawler.store.recollection import Recalled
from crawler.store.tokens import Wanted
from crawler.workspace import Workspace

Progress = Callable[[str, int, int], None]
"""Called with what has begun (entering, indexing, searching), how much of it is done and of how much."""
FEW = 200
"""Works up to which each is looked up; for more every text is matched."""
MOST_BY_HALVES = 5_000
"""Texts that are compared because a half of a title stands in them; a half that stands in more is a common word."""
LISTED = 500
"""Hits that one ledger entry names."""
_NAMED = 100
"""Works that it names; the others it counts."""
_STEP = 200


@dataclass(frozen=True, slots=True)
class Found:
    """A listing that offers a work which nobody had watched when it was read, or the known hit as it is scored now."""

    one: Recalled
    match: Match
    hit_id: str
    is_new: bool
    rose: bool
    """Whether a match for review has become a hit."""


@dataclass(frozen=True, slots=True)
class LookedBack:
    """What looking back came to."""

    listings: int
    """Listings seen so far that were searched; 0 where there was nothing to search."""
    hits: int = 0
    review: int = 0
    rescored: int = 0
    kept: int = 0
    """Of the new ones, those whose pages are kept byte for byte: the next run makes their exhibits from these."""
    shortened: tuple[str, ...] = ()
    """Works of which misspelt names were not looked for, because half of the name is a common word."""


def look_back(store: Store, workspace: Workspace, progress: Progress = lambda step, done, total: None) -> LookedBack:
    """Search all that was seen for the works that are new, or other than they were, since it was searched last.

    A match is what a crawl would make of the listing today, as it was last read: the same rules, the whole watchlist, the
    day on which it was seen. New hits are written with the look-back that found them, known ones that nobody has
    decided are scored anew; none is removed. The exhibit of a new hit is made by the next run: from the page's bytes
    where these were kept, else its page is fetched first. The ledger gets one entry, and names the exchange behind
    every hit. Killed at any moment, it is done by the next look-back, which comes before and after every crawl.
    """
    texts.enter_rest(store, lambda done, total: progress("entering", done, total))
    waiting = look_backs.owed(store)
    if not waiting:
        return LookedBack(0)
    up_to = texts.last_number(store)
    matcher = _matcher(store, workspace, progress)
    looked = _Search(store, matcher, progress)
    for after, group in groupby(sorted(waiting, key=lambda one: (one.after, one.work_id)), key=lambda one: one.after):
        looked.search(list(group), after)
    done = _record(store, workspace, matcher, looked, waiting, up_to)
    return LookedBack(
        looked.listings, done.hits, done.review, done.rescored, done.kept, tuple(sorted(looked.shortened))
    )


def _matcher(store: Store, workspace: Workspace, progress: Progress) -> Matcher:
    configuration = workspace.configuration()
    settings = configuration.matching
    return Matcher(
        threshold=settings.threshold,
        review=settings.review,
        index=Titles(workspace).brought_up(store, lambda done, total: progress("indexing", done, total)),
        scales=scales_of(workspace, store),
        country=configuration.collector.country,
    )


class _Search:
    """What was searched, and what it found."""

    def __init__(self, store: Store, matcher: Matcher, progress: Progress) -> None:
        self._store = store
        self._matcher = matcher
        self._progress = progress
        self._genuine = works.reference_urls(store)
        self.listings = 0
        self.matches: dict[tuple[str, str], tuple[Recalled, Match]] = {}
        """URL and work -> the listing and its match."""
        self.shortened: set[str] = set()

    def search(self, group: Sequence[Owed], after: int) -> None:
        """Search the texts above a number for works."""
        self.listings = max(self.listings, texts.count(self._store, after))
        wanted = frozenset(one.work_id for one in group)
        if len(group) > FEW:
            numbers: Sequence[int] = list(texts.numbers(self._store, after))
            self._match(texts.holding(self._store, numbers), len(numbers), wanted)
            return
        total = len(group)
        for done, (work, _) in enumerate(works.stream(self._store, wanted)):
            self._progress("searching", done, total)
            spellings = [Wanted(*key) for key in keys(work)]
            numbers = texts.candidates(self._store, spellings, after)
            self._match(texts.holding(self._store, numbers, spellings), len(numbers), {work.work_id}, shown=total == 1)
            misspelt = [Wanted(*key) for key in half_keys(work)]
            seen = set(numbers)
            for half in misspelt:
                more = [one for one in texts.candidates(self._store, [half], after) if one not in seen]
                if len(more) > MOST_BY_HALVES:
                    self.shortened.add(work.work_id)
                    continue
                seen.update(more)
                self._match(texts.holding(self._store, more, [half]), len(more), {work.work_id}, shown=False)

    def _match(
        self, found: Iterable[tuple[int, Recalled]], total: int, wanted: Iterable[str], *, shown: bool = True
    ) -> None:
        for done, (_, one) in enumerate(found):
            if shown and not done % _STEP:
                self._progress("searching", done, total)
            if one.listing.url in self._genuine or one.listing.page_url in self._genuine:
                continue
            for match in self._matcher.match(offer_of(one.listing, one.seen_at)):
                if match.work_id in wanted:
                    self.matches[one.listing.url, match.work_id] = one, match


def _record(
    store: Store, workspace: Workspace, matcher: Matcher, looked: _Search, waiting: Sequence[Owed], up_to: int
) -> LookBack:
    """Enter what was found in the ledger and write it, all or nothing."""
    look_back_id, at = clock.new_id(), clock.now()
    with store.transaction() as connection:
        found = list(_compared(store, looked, matcher.threshold))
        fresh = [one for one in found if one.is_new]
        rests = {one.one.exchange_id: look_backs.rests_on(store, one.one.exchange_id) for one in found}
        kept = {exchange_id for exchange_id, facts in rests.items() if facts and facts["kept"]}
        hits = sum(one.match.score >= matcher.threshold for one in fresh)
        done = LookBack(
            look_back_id, at, len(waiting), looked.listings, hits, len(fresh) - hits, len(found) - len(fresh),
            sum(one.one.exchange_id in kept for one in fresh),
        )  # fmt: skip
        facts = [_facts(one, rests[one.one.exchange_id]) for one in found]
        first, *_ = enter(workspace, list(_bodies(done, waiting, matcher, facts)))
        look_backs.write(connection, done, matcher.rules_version, first)
        for one in found:
            if not one.is_new:
                look_backs.write_score(connection, one.hit_id, one.match)
                continue
            look_backs.write_hit(connection, look_back_id, one.hit_id, one.one, one.match)
            if one.one.exchange_id in kept:
                look_backs.prove_by(connection, one.one.exchange_id, _due(store, one))
        again = look_backs.unproved(store, [one.work_id for one in waiting])
        again += [(one.one.site_id, one.one.listing.page_url) for one in found if one.rose]
        for site_id, page_url in dict.fromkeys(again):
            look_backs.read_again(connection, site_id, page_url)
        look_backs.searched(connection, waiting, up_to)
    return done


def _compared(store: Store, looked: _Search, threshold: float) -> Iterator[Found]:
    """What is new or other than it was; what a person has decided stays as it was decided."""
    for (url, work_id), (one, match) in sorted(looked.matches.items()):
        known = look_backs.known(store, url, work_id)
        if known is None:
            yield Found(one, match, clock.new_id(), True, False)
        elif known["status"] == "new" and (known["score"], known["reasons"]) != (
            match.score,
            look_backs.reasons_of(match),
        ):
            rose = known["score"] < threshold <= match.score
            yield Found(one, match, known["hit_id"], False, rose)


def _due(store: Store, found: Found) -> ExhibitDue:
    snapshot = canonical_json(snapshot_of(Hit(found.one.listing, found.match))).decode()
    roles = look_backs.roles(store, found.one.exchange_id)
    return ExhibitDue(found.hit_id, found.one.listing.url, found.match.work_id, snapshot, roles)


def _facts(found: Found, rests: object) -> dict[str, object]:
    """A hit as the ledger names it, with the exchange that its listing was last read from."""
    told = rests if isinstance(rests, dict) else {}
    return {
        "hit": found.hit_id,
        "new": found.is_new,
        "work": well_formed(found.match.work_id),
        "url": well_formed(found.one.listing.url),
        "score": found.match.score,
        "read_at": clock.stamp(found.one.read_at),
        "exchange": found.one.exchange_id,
        "exchange_entry": told.get("ledger_seq"),
        "response_sha256": told.get("response_sha256"),
        "bytes": "kept" if told.get("kept") else "not kept",
    }


def _bodies(
    done: LookBack, waiting: Sequence[Owed], matcher: Matcher, found: Sequence[dict[str, object]]
) -> Iterator[dict[str, object]]:
    """The entry of a look-back, and those that go on with its hits where they are many."""
    named = [well_formed(one.work_id) for one in waiting]
    yield {
        "type": "look-back",
        "look_back": done.look_back_id,
        "works": done.works,
        "works_named": named[:_NAMED],
        "works_sha256": sha256_hex(canonical_json(named)),
        "rules_version": matcher.rules_version,
        "index": matcher.fingerprint,
        "listings": done.listings,
        "hits": done.hits,
        "review": done.review,
        "rescored": done.rescored,
        "found": list(found[:LISTED]),
    }
    for first in range(LISTED, len(found), LISTED):
        yield {"type": "look-back", "look_back": done.look_back_id, "found": list(found[first : first + LISTED])}
