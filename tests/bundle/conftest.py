"""One case workspace and one bundle for all tests of this folder; tampering happens on copies."""

import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from crawler.bundle.build import Built, build
from crawler.practice.authority import PracticeAuthority
from tests.bundle import case_workspace
from tests.bundle.case_workspace import CaseWorkspace

Fresh = Callable[[], Path]


@dataclass
class Made:
    """A workspace with its bundle, and what a recipient has from outside."""

    case: CaseWorkspace
    built: Built
    authority: PracticeAuthority

    @property
    def key(self) -> bytes:
        return self.case.key.read_bytes()

    @property
    def roots(self) -> bytes:
        return self.authority.roots.read_bytes()


def _made(folder: Path) -> Iterator[Made]:
    authority = PracticeAuthority(folder / "authority")
    case = case_workspace.make(folder / "workspace", authority)
    built = build(case.store, case.workspace, case.case_id, stamp=case.send, zipped=True)
    yield Made(case, built, authority)
    case.store.close()


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    """Made as on a machine that cannot print: the same but for the PDFs, in a tenth of the time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "weasyprint", None)
        maker = _made(tmp_path_factory.mktemp("bundle"))
        made = next(maker)
    yield made
    next(maker, None)


@pytest.fixture(scope="session")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    """The same with its reports as PDF."""
    yield from _made(tmp_path_factory.mktemp("printed"))


@pytest.fixture
def copy(made: Made, tmp_path: Path) -> Fresh:
    """A fresh copy of the bundle that a test may spoil."""

    def fresh() -> Path:
        target = tmp_path / made.built.bundle.name
        if target.exists():
            shutil.rmtree(target)
        shutil.copytree(made.built.bundle, target)
        return target

    return fresh
