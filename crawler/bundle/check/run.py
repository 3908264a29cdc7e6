"""All checks of a bundle in their order; a stage that cannot go on is a finding, not a crash."""

import csv
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from crawler.bundle import layout
from crawler.bundle.beside import Beside
from crawler.bundle.check import disclosure
from crawler.bundle.check.account import check_account
from crawler.bundle.check.bag import check_bag, hash_listed, information
from crawler.bundle.check.captured import check_captured
from crawler.bundle.check.custody import check_custody
from crawler.bundle.check.derived import check_graph, check_table
from crawler.bundle.check.environment import check_environment
from crawler.bundle.check.exhibits import check_exhibits
from crawler.bundle.check.for_people import check_for_people
from crawler.bundle.check.information import check_counts, check_information
from crawler.bundle.check.log import Log, check_log
from crawler.bundle.check.places import check_places
from crawler.bundle.check.records import Records, check_records
from crawler.bundle.check.signatures import Trust, check_bundle_stamps, check_signature, check_signed
from crawler.bundle.check.signer import history_of, key_for
from crawler.bundle.check.times import check_times
from crawler.bundle.check.tree import Files
from crawler.bundle.check.web_archive import check_web_archive
from crawler.bundle.check.zip_form import opened
from crawler.errors import EnvironmentProblem, TitlewatchError
from crawler.evidence.harmless import harmless
from crawler.evidence.key_history import KeyHistory
from crawler.model import Finding

UNREADABLE = (
    KeyError, TypeError, ValueError, AttributeError, IndexError, RecursionError, StopIteration, OverflowError,
    zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, zlib.error, csv.Error,
)  # fmt: skip
"""What the standard library raises over a file that is not what it should be."""
Stage = Callable[[], Iterator[Finding]]


def check(path: Path, key: bytes | None = None, roots: bytes | None = None) -> Iterator[Finding]:
    """Check everything in a bundle's folder or ZIP that can be checked offline.

    `key` is the signer's public key and `roots` the timestamp authorities' roots, PEM both,
    from outside the bundle; without them signer and authorities are not_checked.
    """
    yield from harmless(_findings(path, key, roots))


def _findings(path: Path, key: bytes | None, roots: bytes | None) -> Iterator[Finding]:
    # The name of `.` is the folder's; a ZIP stays as it was named, because its hash lies beside it.
    path = path.resolve() if path.is_dir() else path
    with opened(path) as (files, problems):
        yield from problems
        if files is None:
            return
        if disclosure.is_disclosure(files):
            for name, stage in disclosure.stages(files, key, roots):
                yield from _stage(name, stage)
        else:
            yield from _stages(files, Trust(key, roots, _history(files)))
        if layout.SIGNED in files.sizes:
            yield from _stage("custody", lambda: check_custody(path, files.sha256(layout.SIGNED)))


def _history(files: Files) -> KeyHistory:
    """The keys of the bundle's ledger; one that cannot be read is found by the check of the ledger."""
    try:
        return history_of(files)
    except (TitlewatchError, OSError, *UNREADABLE):
        return KeyHistory()


def _stages(files: Files, trust: Trust) -> Iterator[Finding]:
    said: dict[str, str] = {}
    log, records = Log(), Records()

    def read_information() -> Iterator[Finding]:
        said.update(information(files))
        yield from check_information(files, said)

    def tree_head() -> Iterator[Finding]:
        key = key_for(files, trust.key, trust.history)
        yield from check_signed(files, layout.TREE_HEAD, layout.TREE_HEAD_SIGNATURE, key)

    alone: tuple[tuple[str, Stage], ...] = (
        ("bag-info.txt", read_information),
        ("signature", lambda: check_signature(files, said, trust)),
        ("stamp", lambda: check_bundle_stamps(files, said, trust)),
        ("tree head", tree_head),
        ("ledger", lambda: check_log(files, said, log)),
        ("records", lambda: check_records(files, said, log, records, trust)),
    )
    with_hashes: tuple[tuple[str, Stage], ...] = (
        ("exhibits", lambda: check_exhibits(files, said, log, records)),
        ("times", lambda: check_times(files, log, records, trust)),
        ("bag-info.txt", lambda: check_counts(files, said, log)),
        ("file", lambda: check_places(files)),
        ("table", lambda: check_table(files)),
        ("case.json", lambda: check_account(files, said, log, records)),
        ("capture", lambda: check_captured(files, log, records)),
        ("environment", lambda: check_environment(files, log, records)),
        ("wacz", lambda: check_web_archive(files)),
        ("graph", lambda: check_graph(files)),
        ("for people", lambda: check_for_people(files, said)),
    )
    with Beside("hashes", lambda: hash_listed(files)) as hashing:
        # These need few hashes; what they find is told after the files themselves.
        found = [finding for name, stage in alone for finding in _stage(name, stage)]
        # What was not hashed beside is hashed by the check of the files, which tells what it meets.
        with suppress(EnvironmentProblem, OSError, MemoryError, RuntimeError):
            files.take(hashing.result())
    yield from _stage("files", lambda: check_bag(files))
    yield from found
    for name, stage in with_hashes:
        yield from _stage(name, stage)


def _stage(name: str, stage: Stage) -> Iterator[Finding]:
    """Run one stage; what a hostile file does to it is reported as data."""
    try:
        yield from stage()
    except TitlewatchError as error:
        yield Finding(name, error.which or name, "fail", None, None, error.what)
    except OSError as error:
        yield Finding(name, str(error.filename or name), "fail", None, str(error), "cannot be read")
    except MemoryError:
        yield Finding(name, name, "fail", None, None, "needs more memory than this machine gives: not checked further")
    except UNREADABLE as error:
        yield Finding(name, name, "fail", None, repr(error)[:200], "a file in the bundle cannot be read")
