"""Pages that need JavaScript: shown in the browser so that their DOM can be read, through the same guard, pace and record."""

from crawler.engine.browser import Capture
from crawler.engine.pictures import picture_taken
from crawler.engine.session import SiteSession
from crawler.reading import Page, Rendered, Visit

_FAILING = 5
"""Parts that failed, of which a note names as many."""


def visit_of(session: SiteSession) -> Visit:
    """What the spider gets for a site's visit."""

    async def render(page: Page, exchange_id: str) -> Rendered:
        return await _rendered(session, page, exchange_id)

    return Visit(
        session.run.run_id,
        session.site,
        clock=session.clock,
        clock_before=session.clock_before,
        render=render,
        renders=session.renders,
    )


async def _rendered(session: SiteSession, page: Page, exchange_id: str) -> Rendered:
    run, settings = session.run, session.run.configuration.browser
    assert session.parts is not None
    if not settings.render:
        return Rendered(unread="needs-browser", why="the configuration says browser.render = false")
    if session.refuses_scripts:
        session.tally.counts["scripted_anew"] += 1
        return Rendered(
            unread="not-rendered", why="the site needed no JavaScript before: look whether it is a challenge"
        )
    if session.renderings >= settings.renderings:
        return Rendered(unread="renderings-spent", why=f"{session.renderings} pages were rendered (browser.renderings)")
    session.renderings += 1
    capture = await run.camera.take(exchange_id, session.parts, settings.time_limit, "reading", page.url)
    if capture is None:
        missing = run.camera.why_none()
        return Rendered(unread="needs-browser" if run.camera.missing else "not-rendered", why=missing.why)
    if session.over:
        # What the visit's end has refused to the page may be what it lacks.
        return Rendered(unread="renderings-spent", why="the visit ended while the page was shown")
    if capture.missing is not None:
        return Rendered(unread="not-rendered", why=capture.missing.why)
    if not capture.text.strip():
        return Rendered(unread="not-rendered", why="; ".join([*_failures(capture), "the page stayed empty"]))
    return Rendered(
        capture.dom_html,
        url=capture.final_url,
        notes=capture.notes,
        failures=tuple(_failures(capture)),
        record=picture_taken(capture, exchange_id),
    )


def _failures(capture: Capture) -> list[str]:
    """The data that a page asked for and did not get, the first few; and where it would lead by itself."""
    lacking = [
        f"{one['url']}: {one['why'] or one['status']}"
        for one in capture.requests
        if one["type"] in ("xhr", "fetch", "script")
        and (one["state"] in ("failed", "refused", "aborted") or int(str(one["status"] or 0)) >= 400)
    ]
    away = [f"it leads to {one['url']} by itself, which was not followed" for one in capture.lists["navigations"]]
    return [*lacking[:_FAILING], *away[:1]]
