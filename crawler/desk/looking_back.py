"""A new title looks back: everything that was already seen is searched for it, and nothing is fetched again."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
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
from crawler.model import Match, Reason
from crawler.reading import Hit
from crawler.store import Store, look_backs, texts, works
from crawler.store.listings import ExhibitDue
from crawler.store.look_backs import LookBack, Owed
from crawler.store.recollection import Recalled
from crawler.store.tokens import Wanted
from crawler.wording.reasons import say_rule
from crawler.workspace import Workspace

Progress = Callable[[str, int, int], None]
"""Called with what has begun (entering, indexing, searching), how much of it is done and of how much."""
FEW = 200
"""Works up to which each is looked up among many texts; for more every text is matched."""
FEW_TEXTS = 5_000
"""Texts up to which every one is matched, however few the works: about a second for a thousand."""
GONE = "no-longer-matches"
"""The rule of a known hit of which nothing speaks any more."""
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
    looked_up: tuple[str, ...] = ()
    """Works whose names were looked up in the index, which finds no name that is disguised throughout."""


def look_back(store: Store, workspace: Workspace, progress: Progress = lambda step, done, total: None) -> LookedBack:
    """Search all that was seen for the works that are new, or other than they were, since it was searched last.

    A match is what a crawl would make of the listing today, as it was last read: the same rules, the whole watchlist, the
    day on which it was seen. New hits are written with the look-back that found them. Known ones that nobody has
    decided are scored anew, with 0 where the listing, which says what it said, no longer matches; other works' too,
    whose names stand in the same listings. None is removed. Where few works are searched for in many texts, their
    names are looked up in an index: spellings, slips in one half of a name and two characters that are written
    otherwise are found, a name that is disguised throughout (each character in its parts, or another of its sound)
    is not; `looked_up` names the works. The exhibit of a new hit is made by the next run: from the page's bytes
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
        looked.listings, done.hits, done.review, done.rescored, done.kept,
        tuple(sorted(looked.shortened)), tuple(sorted(looked.looked_up)),
    )  # fmt: skip


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
        self.looked_up: set[str] = set()

    def search(self, group: Sequence[Owed], after: int) -> None:
        """Search the texts above a number for works."""
        wanted = frozenset(one.work_id for one in group)
        looked_for = [one.work_id for one in group if not one.rests]
        total = texts.count(self._store, after) if looked_for else 0
        self.listings = max(self.listings, total)
        if looked_for and (len(looked_for) > FEW or total <= FEW_TEXTS):
            numbers: Sequence[int] = list(texts.numbers(self._store, after))
            self._match(texts.holding(self._store, numbers), len(numbers), wanted)
            return
        # Whoever stands where a work was found may have been hidden by it.
        hit = look_backs.texts_with_hits(self._store, wanted, after)
        self._match(texts.holding(self._store, hit), len(hit), wanted, shown=False)
        self._look_up(looked_for, wanted, after)

    def _look_up(self, work_ids: Sequence[str], wanted: Set[str], after: int) -> None:
        self.looked_up.update(work_ids)
        total = len(work_ids)
        for done, (work, _) in enumerate(works.stream(self._store, work_ids)):
            self._progress("searching", done, total)
            spellings = [Wanted(*key) for key in keys(work)]
            numbers = texts.candidates(self._store, spellings, after)
            self._match(texts.holding(self._store, numbers, spellings), len(numbers), wanted, shown=total == 1)
            misspelt = [Wanted(*key) for key in half_keys(work)]
            seen = set(numbers)
            for half in misspelt:
                more = [one for one in texts.candidates(self._store, [half], after) if one not in seen]
                if len(more) > MOST_BY_HALVES:
                    self.shortened.add(work.work_id)
                    continue
                seen.update(more)
                self._match(texts.holding(self._store, more, [half]), len(more), wanted, shown=False)

    def _match(
        self, found: Iterable[tuple[int, Recalled]], total: int, wanted: Set[str], *, shown: bool = True
    ) -> None:
        """Match listings for works; where one of them stands or stood, what is known of others is judged anew too."""
        for done, (_, one) in enumerate(found):
            if shown and not done % _STEP:
                self._progress("searching", done, total)
            known = {row["work_id"]: row for row in look_backs.undecided(self._store, one.listing_id)}
            matches = self._matches(one)
            # Another longer title, or one that is gone, changes what the other works score there, and nowhere else.
            among = not wanted.isdisjoint(known)
            judged = set(wanted) | (known.keys() if among or not wanted.isdisjoint(matches) else set())
            for work_id, match in matches.items():
                if among or work_id in judged:
                    self.matches[one.listing.url, work_id] = one, match
            for work_id in (known.keys() - matches.keys()) & judged:
                if known[work_id]["as_read"] and _still_says(one, known[work_id]["reasons"]):
                    self.matches[one.listing.url, work_id] = one, self._gone(work_id)

    def _matches(self, one: Recalled) -> dict[str, Match]:
        if one.listing.url in self._genuine or one.listing.page_url in self._genuine:
            return {}
        return {match.work_id: match for match in self._matcher.match(offer_of(one.listing, one.seen_at))}

    def _gone(self, work_id: str) -> Match:
        reason = Reason(GONE, 0.0, say_rule(GONE, "en", {}), "body", None)
        return Match(work_id, 0.0, (reason,), (), self._matcher.rules_version)


def _still_says(one: Recalled, reasons: str) -> bool:
    """Whether a listing's text is the one that a hit was made from: a list of posts may have left an excerpt of it."""
    text = f"{one.listing.title}\n{one.listing.passage.text}"
    return all(
        str(reason["facts"]["matched"]) in text
        for reason in json.loads(reasons)
        if reason["in"] in ("title", "body") and reason["span"] and "matched" in reason["facts"]
    )


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
                look_backs.write_score(connection, one.hit_id, one.one, one.match)
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
