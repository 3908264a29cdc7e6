"""The beginning of a run: written, signed, and stamped by whoever answers soon, before anything is fetched."""

import threading
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from crawler import clock
from crawler.config import Authority
from crawler.engine.revocation_lists import RevocationLists
from crawler.engine.sealing import SOFTWARE, keep, roots_of, stamping_lock
from crawler.engine.session import RunSession
from crawler.engine.stamping import Obtained, ask, looked_up, send
from crawler.engine.timekeeping import Timekeeper
from crawler.errors import TimestampError
from crawler.evidence import entries
from crawler.evidence.beginning import Tokens, begin, described, idle_jump
from crawler.workspace import Workspace

PATIENCE_SECONDS = 10.0
"""How long a run waits for the stamps over its beginning."""
LIST_SECONDS = 3.0
LATE = f"its revocation lists were late: not here within {LIST_SECONDS:g} s"


def begin_run(run: RunSession, patience: float = PATIENCE_SECONDS) -> list[str]:
    """Write the run's beginning, have it stamped, and let every later record name the stamps.

    Returns a sentence for each authority that gave none: it is not asked again.
    """
    folder, evidence = run.workspace.evidence, run.configuration.evidence
    jump = idle_jump(folder)
    if jump:
        run.ledger.append([jump])
    ids = [authority.id for authority in evidence.timestamps]
    path = begin(folder, run.run_id, run.ledger.head(), run.signer, SOFTWARE, ids)
    run.ledger.append([entries.begin_body(path)])
    missing: list[str] = []
    answers = _ask_all(run.workspace, path.read_bytes(), evidence.timestamps, patience)
    with stamping_lock(run.workspace):
        for authority, answer in zip(evidence.timestamps, answers, strict=True):
            if isinstance(answer, Obtained):
                _, told = keep(run.ledger, path, authority, answer, run.run_id, evidence.clock_limit)
                run.clock_told(told)
            else:
                run.ledger.append([entries.missing_stamp_body(path, authority.id, answer)])
                missing.append(f"{path.name}: {answer}")
    tokens = Tokens(folder)
    run.recorder.not_before = tokens
    run.segments.describe({"not-before": described(tokens(run.run_id))})
    run.timekeeper = Timekeeper(run.ledger, run.run_id, evidence.time_servers, evidence.clock_limit)
    run.timekeeper.start()
    return missing


def _ask_all(
    workspace: Workspace, data: bytes, authorities: Sequence[Authority], patience: float
) -> list[Obtained | str]:
    """Ask all authorities side by side; the answer of each, or why there is none.

    A stamp counts as soon as its chain holds: lists that come late leave it unchecked.
    """
    slow = f"no stamp within {patience:g} s; authority %s"
    answers: list[Obtained | str] = [slow % authority.id for authority in authorities]

    def take(number: int, answer: Obtained | str) -> None:
        with closing:
            if open_for_answers:
                answers[number] = answer

    def inquire(number: int, authority: Authority) -> None:
        try:
            roots = roots_of(workspace, authority)
            obtained = ask(data, authority, roots, partial(send, timeout=patience))
            take(number, replace(obtained, stamp=replace(obtained.stamp, unchecked=LATE)))
            take(number, looked_up(obtained, authority, roots, RevocationLists(LIST_SECONDS)))
        except TimestampError as error:
            take(number, f"{error.what}; {error.which}")

    closing, open_for_answers = threading.Lock(), [True]
    asking = [
        threading.Thread(target=inquire, args=(number, authority), name=f"begin-{authority.id}", daemon=True)
        for number, authority in enumerate(authorities)
    ]
    for one in asking:
        one.start()
    ends = clock.monotonic_ns() + int((patience + LIST_SECONDS) * 1e9)
    for one in asking:
        one.join(max(0.0, (ends - clock.monotonic_ns()) / 1e9))
    with closing:
        open_for_answers.clear()
    return answers
