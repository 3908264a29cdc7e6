"""Opening a run: configuration, store, key, ledger, spool, segments, matcher, budget; and closing them."""

import logging
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress

from crawler import __version__
from crawler.config import Configuration
from crawler.engine import session as sessions
from crawler.engine.guard.pace import Budget
from crawler.engine.page_ids import PageIds
from crawler.engine.pictures import Camera
from crawler.engine.recorder import Recorder
from crawler.engine.reindexing import Reindexing
from crawler.engine.reserve import Reserve
from crawler.engine.sealing import SOFTWARE
from crawler.engine.segments import Segments
from crawler.engine.session import RunSession
from crawler.engine.spool import Spool
from crawler.engine.titles import Progress, Titles
from crawler.engine.weighing import scales_of
from crawler.engine.wire.names import check_names
from crawler.errors import EnvironmentProblem, StorageError
from crawler.evidence import key_change, key_ring
from crawler.evidence.ledger import Ledger
from crawler.matching import Matcher
from crawler.matching.index import Index
from crawler.store import Store, look_backs, works
from crawler.workspace import Workspace

log = logging.getLogger(__name__)


@contextmanager
def open_run(
    workspace: Workspace, max_requests: int | None, indexing: Progress = lambda done, total: None
) -> Iterator[RunSession]:
    """Everything a run needs, opened; closed at the end whatever happened. Raises StorageError, ConfigurationError.

    `indexing` is told how many of the watched titles are indexed, where that takes long.
    """
    check_names()
    configuration = workspace.configuration()
    reserve = Reserve(workspace.folder, configuration.evidence.reserve_mb)
    reserve.check()
    run_id = sessions.fresh_run_id()
    with ExitStack() as opened:
        yield _opened(workspace, configuration, reserve, run_id, max_requests, indexing, opened)


def _opened(
    workspace: Workspace, configuration: Configuration, reserve: Reserve, run_id: str, max_requests: int | None,
    indexing: Progress, opened: ExitStack,
) -> RunSession:  # fmt: skip
    """Open one thing after the other; what is open already is closed when a later one refuses."""
    store = Store.open(workspace.database)
    opened.callback(store.close)
    # From here on whoever comes onto the watchlist is either among the run's titles or still owed a look back.
    look_backs.settle(store)
    ledger = Ledger(workspace.ledger)
    opened.callback(ledger.close)
    signer = key_change.signer_of(key_ring.ring_of(workspace), ledger)
    segments = Segments(
        workspace.evidence, ledger, run_id, _facts(configuration, run_id), configuration.evidence.segment_bytes
    )
    try:
        spool = Spool(workspace.spool, run_id)
    except OSError as error:
        raise StorageError(f"cannot be written ({error.strerror})", str(workspace.spool), "free some space") from error
    opened.callback(_close_spool, spool)
    run = RunSession(
        run_id=run_id,
        workspace=workspace,
        configuration=configuration,
        store=store,
        ledger=ledger,
        signer=signer,
        recorder=Recorder(store, ledger, spool, segments, run_id, configuration.evidence.keep),
        segments=segments,
        spool=spool,
        matcher=_matcher(workspace, store, configuration, indexing),
        reference_urls=works.reference_urls(store),
        budget=Budget(max_requests),
        page_ids=PageIds(store),
        camera=Camera(configuration.browser.executable),
        reserve=reserve,
    )
    opened.callback(_abandon_timekeeper, run)
    return run


def _close_spool(spool: Spool) -> None:
    with suppress(OSError):
        spool.close(remove_all=False)


def _abandon_timekeeper(run: RunSession) -> None:
    if run.timekeeper is not None:
        run.timekeeper.abandon()


def _matcher(workspace: Workspace, store: Store, configuration: Configuration, indexing: Progress) -> Matcher:
    settings = configuration.matching
    index, scales = _index(workspace, store, indexing), scales_of(workspace, store)
    country = configuration.collector.country
    return Matcher(threshold=settings.threshold, review=settings.review, index=index, scales=scales, country=country)


def _index(workspace: Workspace, store: Store, indexing: Progress) -> Index:
    """The titles on the watchlist as it is now, which a run waits for: a page that is matched without them is missed.

    Many titles are indexed by a second process, so that the run does not keep the memory that it takes.
    """
    titles = Titles(workspace)
    index = titles.ready(store)
    if index is None:
        try:
            with Reindexing(workspace, "wait") as process:
                process.wait(indexing)
            index = titles.ready(store)
        except EnvironmentProblem as error:
            log.warning("%s", error)
    return index if index is not None else titles.brought_up(store, indexing)


def _facts(configuration: Configuration, run_id: str) -> dict[str, str]:
    collector = configuration.collector
    return {
        "software": SOFTWARE,
        "run": run_id,
        "operator": f"{collector.name} ({collector.organisation}) {collector.contact}".strip(),
        "robots": "obeyed, or overruled for a site under a named authority; fetched either way",
        "http-header-user-agent": user_agent(configuration),
    }


def user_agent(configuration: Configuration) -> str:
    """The honest user agent: what we are, who runs it, how to reach them."""
    collector = configuration.collector
    contact = "; ".join(part for part in (collector.organisation or collector.name, collector.contact) if part)
    text = f"titlewatch/{__version__}" + (f" ({contact})" if contact else "")
    return "".join(c if " " <= c <= "~" else "?" for c in text)
