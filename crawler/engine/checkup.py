"""The health of a site, taken at the end of its visit: what was observed, judged by what earlier visits found."""

from collections.abc import Collection

from crawler.engine.limits import OVER, SHUT, STOPPED
from crawler.engine.outlook import digest_of
from crawler.engine.session import SiteSession
from crawler.health.history import past_of
from crawler.health.judgement import OK, Verdict, judge
from crawler.health.likeness import ALIKE, likeness
from crawler.health.observed import UNREAD, Observed
from crawler.health.tally import Before
from crawler.reading import Page, PageRead
from crawler.store import Store, health, lists, pages, timeline

_SEVERAL = 3
"""Known listings that are no longer there all at once by no accident."""


def before(store: Store, page: Page) -> Before:
    """What was known of a page before it was read in this visit."""
    known = pages.by_id(store, page.page_id)
    if known is None or known.last_fetched is None:
        return Before()
    rows = lists.on_page(store, known.list_id, page.number or 1) if known.list_id is not None else []
    lost = known.reading not in ("ok", "empty", "not_modified", "redirect", None)
    return Before(frozenset(row.page_id for row in rows), known.offers, known.digest, lost, known.reading == "missing")


def count(session: SiteSession, item: PageRead, known: Before, rows: Collection[int]) -> None:
    """Count a page that came to its end; where it shows that the template changed, a known listing is asked for."""
    session.tally.page(item, known, rows, digest_of(item) if known.digest else None)
    # A page that says that it is missing has a template of its own, on sites that serve their forum beside an empty root.
    shape = item.reading.shape if item.reading.state != "missing" else None
    if shape is not None and session.shape_before and likeness(shape, session.shape_before) < ALIKE:
        session.frontier.ask_canary()
    if session.tally.shut:
        # What is due stays due; asking for all of it would only bring the same answer.
        session.pace.stop(f"{SHUT}{session.tally.shut}")


def shape_before(store: Store, site_id: str) -> str | None:
    """The likeness of the template that a site had when it was read well last."""
    return next((one.shape for one in past_of(health.earlier(store, site_id)).good if one.shape), None)


def refuses_scripts(session: SiteSession) -> bool:
    """Whether a page that needs JavaScript is left alone: the site was read without, and nobody accepted the change.

    A proof of work is passed by running its script; a page that suddenly needs one may be that.
    """
    if not session.had_rows or session.renders:
        return False
    for one in health.earlier(session.run.store, session.site.site_id):
        anew = one["observed"].get("scripted_anew")
        if (anew and one["accepted_by"]) or (not anew and any(one["observed"]["answers"].get(kind) for kind in UNREAD)):
            return False
    return True


def take(session: SiteSession) -> Verdict:
    """Judge a visit that has come to its end, and write it down."""
    run, site_id = session.run, session.site.site_id
    stopped = _stopped(session)
    if stopped is not None and session.pace.stopped is not None:
        session.tally.stopped(stopped, session.pace.stopped)
    observed = session.tally.observed(session.counts.requests, stopped, session.had_rows)
    verdict = judge(observed, past_of(health.earlier(run.store, site_id)))
    health.write(run.store, run.run_id, site_id, verdict.state, verdict.reasons, observed.as_dict())
    well = verdict.state in (OK, None) and not _all_gone(observed)
    timeline.withdraw(run.store, run.run_id, site_id, session.tally.alike if well else None)
    return verdict


def _all_gone(observed: Observed) -> bool:
    """Whether every known listing of several that were asked for is missing: the next visit must confirm it."""
    return observed.canaries_gone >= _SEVERAL and not observed.canaries_held


def _stopped(session: SiteSession) -> str | None:
    """What the site did that ended the visit, if it did."""
    why = session.pace.stopped
    if why is None or why in (STOPPED, OVER):
        return None
    if why.startswith(SHUT):
        return why.removeprefix(SHUT)
    if "answered 429" in why or "pause" in why:
        return "blocked"
    return "down"
