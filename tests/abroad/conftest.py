"""A case that everybody tries to let leave."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.abroad import guarded
from tests.abroad.guarded import Guarded


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workspace that each test copies."""
    return guarded.build(tmp_path_factory.mktemp("guarded"))


@pytest.fixture
def case(built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Guarded]:
    """A decided case with three exhibits, two works, two sites; collected in China; no gate is open yet."""
    made = guarded.copy(built, tmp_path / "W", monkeypatch)
    yield made
    made.store.close()
