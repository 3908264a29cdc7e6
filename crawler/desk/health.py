"""The health of sites as people read it: the state, why, what to do, and the figures beside what is usual."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from statistics import median
from typing import Any

from crawler import clock
from crawler.desk.entering import enter
from crawler.desk.person import acting
from crawler.health.history import past_of
from crawler.health.judgement import OK, STATES
from crawler.health.observed import Fields, Observed, restored
from crawler.store import Store, health, listings, pauses, sites
from crawler.wording import say
from crawler.wording.remarks import remark
from crawler.workspace import Workspace

WORST = ("layout-changed", "moved", "parked", "down", "challenge", "blocked", "login-wall", "robots-forbidden", "empty")
"""The states that need a person, those first in which most may be lost unseen."""
OWN_SETTING = "network.allow_private"
"""What keeps us from an address of one's own network; a refusal names it."""
NIGHTS = timedelta(days=3)
"""A verdict older than this says nothing of the site as it is."""


@dataclass(frozen=True, slots=True)
class SiteHealth:
    """One site's health."""

    site: str
    url: str
    engine: str | None
    state: str | None
    """One of crawler.health.judgement.STATES; None for a site that was never judged."""
    at: str | None = None
    """When it was judged."""
    since: str | None = None
    """The first visit in this state."""
    good_at: str | None = None
    """The last visit that was ok."""
    run_id: str | None = None
    reasons: tuple[Mapping[str, Any], ...] = ()
    observed: Observed = field(default_factory=Observed)
    usual_rows: int | None = None
    """The median of its good visits' rows, of those that read a list."""
    accepted_by: str | None = None
    unread_time: str | None = None
    """The time of its latest listing as the page has it, where no moment could be read of it."""

    @property
    def needs_person(self) -> bool:
        """Whether somebody must look."""
        return (self.state not in (OK, None) and self.accepted_by is None) or self.is_old

    @property
    def is_old(self) -> bool:
        """Whether no visit of the last nights could judge the site, which one could before."""
        return self.at is not None and clock.now() - clock.parse(self.at) > NIGHTS

    @property
    def fields(self) -> dict[str, int | None]:
        """Percent of the listings read with each required field; None where none was read."""
        topics, on_lists = self.observed.on_topics, self.observed.on_lists
        both = Fields(*(getattr(topics, name) + getattr(on_lists, name) for name in Fields.__slots__))
        return {
            name: round(100 * both.share(name)) if both.listings else None
            for name in ("titled", "posters", "dates", "offers")
        }

    @property
    def canary(self) -> tuple[int, int]:
        """What was shown before and was looked for: how much of it was there still, and how much was asked for."""
        seen = self.observed
        return seen.canaries_held + seen.rows_kept + seen.rows_unchanged, (
            seen.canaries + seen.rows_before + seen.rows_unchanged
        )

    def why(self, language: str) -> list[str]:
        """The reasons as sentences without a full stop."""
        found = [reason(one, language) for one in self.reasons]
        if self.is_old:
            found.insert(0, say("health.reason.not-judged-since", language, at=str(self.at)[:10]))
        if self.accepted_by:
            found.insert(0, say("health.reason.accepted", language, by=self.accepted_by))
        return found

    def do(self, language: str) -> str | None:
        """What a person should do; None where nothing is to be done."""
        if not self.needs_person:
            return None
        if self.state == OK or self.accepted_by is not None:
            return say("health.do.old", language, site=self.site)
        ours = any(OWN_SETTING in str(one.get("said")) for one in self.reasons)
        return say("health.do.private" if ours else f"health.do.{self.state}", language, site=self.site)

    def as_dict(self) -> dict[str, Any]:
        """The form of `sites health --json`."""
        held, asked = self.canary
        return {
            "site": self.site,
            "url": self.url,
            "engine": self.engine,
            "state": self.state,
            "needs_person": self.needs_person,
            "since": self.since,
            "visited": self.at,
            "good_at": self.good_at,
            "run_id": self.run_id,
            "accepted_by": self.accepted_by,
            "reasons": [
                *([{"key": "not-judged-since", "at": self.at}] if self.is_old else []),
                *(dict(one) for one in self.reasons),
            ],
            "why": self.why("en"),
            "do": self.do("en"),
            "requests": self.observed.requests,
            "rows": self.observed.rows + self.observed.rows_unchanged,
            "usual_rows": self.usual_rows,
            "listings": self.observed.on_topics.listings + self.observed.on_lists.listings,
            "links": self.observed.links,
            "fields": self.fields,
            "unread_time": self.unread_time,
            "canary": {"held": held, "asked": asked},
            "answers": dict(self.observed.answers),
            "statuses": dict(self.observed.statuses),
        }


def reason(found: Mapping[str, Any], language: str) -> str:
    """A reason as a sentence; a kind of obstacle is said in the reader's language."""
    facts = {name: value for name, value in found.items() if name != "key"}
    if facts.get("kind") in STATES:
        facts["kind"] = say(f"health.state.{facts['kind']}", language)
    if facts.get("said") == "":
        facts["said"] = say("health.said.nothing", language)
    elif "said" in facts:
        facts["said"] = remark(str(facts["said"]), language)
    return say(f"health.reason.{found['key']}", language, **facts)


def state(name: str | None, language: str) -> str:
    """A state's name."""
    return say(f"health.state.{name or 'none'}", language)


def every(store: Store, site_ids: Sequence[str] = ()) -> list[SiteHealth]:
    """The health of all sites but paused ones, or of some; those that need a person first. Raises UnknownObjectError."""
    chosen = [sites.one(store, site_id) for site_id in dict.fromkeys(site_ids)]
    if not chosen:
        paused = pauses.paused(store)
        chosen = [site for site in sites.every(store) if site.site_id not in paused]
    found = [_one(store, site.site_id, site.url, site.engine) for site in chosen]
    return sorted(found, key=_rank)


def _rank(one: SiteHealth) -> int:
    if not one.needs_person:
        return len(WORST) + 1
    return WORST.index(str(one.state)) if one.state in WORST else len(WORST)


def accept(store: Store, workspace: Workspace, site_id: str) -> None:
    """Take a site as its last visit found it. Raises UnknownObjectError, UsageError for one that was never judged."""
    site, person = sites.one(store, site_id), acting()
    with store.transaction():
        found = health.accept(store, site.site_id, str(person))
        enter(
            workspace,
            [{"type": "site", "act": "accept", "site": site_id, "run": found["run_id"], "state": found["state"]}],
        )


def _one(store: Store, site_id: str, url: str, engine: str | None) -> SiteHealth:
    last = health.latest(store, site_id)
    if last is None:
        return SiteHealth(site_id, url, engine, None)
    past = past_of(health.earlier(store, site_id))
    rows = [one.rows for one in past.good if one.lists]
    return SiteHealth(
        site_id,
        url,
        engine,
        last["state"],
        last["at"],
        last["since"],
        last["good_at"],
        last["run_id"],
        tuple(last["reasons"]),
        restored(last["observed"]),
        round(median(rows)) if rows else None,
        last["accepted_by"],
        listings.unread_time(store, site_id),
    )
