"""All checks of a bundle in their order; a stage that cannot go on is a finding, not a crash."""

import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

from crawler.bundle import layout
from crawler.bundle.check.bag import check_bag, check_information, information
from crawler.bundle.check.exhibits import check_exhibits
from crawler.bundle.check.log import Log, check_log
from crawler.bundle.check.records import Records, check_records
from crawler.bundle.check.signatures import Trust, check_bundle_stamps, check_signature, check_signed
from crawler.bundle.check.tree import Files, opened
from crawler.bundle.check.web_archive import check_graph, check_web_archive
from crawler.errors import TitlewatchError
from crawler.model import Finding

Stage = Callable[[], Iterator[Finding]]


def check(path: Path, key: bytes | None = None, roots: bytes | None = None) -> Iterator[Finding]:
    """Check everything in a bundle's folder or ZIP that can be checked offline.

    `key` is the signer's public key and `roots` the timestamp authorities' roots, PEM both,
    from outside the bundle; without them signer and authorities are not_checked.
    """
    # The name of `.` is the folder's; a ZIP stays as it was named, because its hash lies beside it.
    with opened(path.resolve() if path.is_dir() else path) as (files, problems):
        yield from problems
        if files is not None:
            yield from _stages(files, Trust(key, roots))


def _stages(files: Files, trust: Trust) -> Iterator[Finding]:
    said: dict[str, str] = {}
    log, records = Log(), Records()

    def read_information() -> Iterator[Finding]:
        said.update(information(files))
        yield from check_information(files, said)

    def tree_head() -> Iterator[Finding]:
        key = trust.key or files.read(layout.PUBLIC_KEY, 1 << 16)
        yield from check_signed(files, layout.TREE_HEAD, layout.TREE_HEAD_SIGNATURE, key)

    stages: tuple[tuple[str, Stage], ...] = (
        ("files", lambda: check_bag(files)),
        ("bag-info.txt", read_information),
        ("signature", lambda: check_signature(files, said, trust)),
        ("stamp", lambda: check_bundle_stamps(files, said, trust)),
        ("tree head", tree_head),
        ("ledger", lambda: check_log(files, said, log)),
        ("records", lambda: check_records(files, said, log, records, trust)),
        ("exhibits", lambda: check_exhibits(files, said, log, records)),
        ("wacz", lambda: check_web_archive(files)),
        ("graph", lambda: check_graph(files)),
    )
    for name, stage in stages:
        yield from _stage(name, stage)


def _stage(name: str, stage: Stage) -> Iterator[Finding]:
    """Run one stage; what a hostile file does to it is reported as data."""
    try:
        yield from stage()
    except TitlewatchError as error:
        yield Finding(name, error.which or name, "fail", None, None, error.what)
    except OSError as error:
        yield Finding(name, str(error.filename or name), "fail", None, str(error), "cannot be read")
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, RecursionError, StopIteration, OverflowError,
            zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, MemoryError) as error:  # fmt: skip
        yield Finding(name, name, "fail", None, repr(error)[:200], "a file in the bundle cannot be read")
