"""An init that fails leaves nothing behind, inside the workspace or outside."""

from pathlib import Path

import pytest

from crawler.desk import founding, holding
from crawler.errors import StorageError
from crawler.store import Store


@pytest.mark.parametrize("step", ["store", "name"])
def test_a_failed_init_leaves_no_key_outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    place = tmp_path / "stick.pem"
    with monkeypatch.context() as broken, pytest.raises(StorageError, match="No space"):
        broken.setattr(*((Store, "open") if step == "store" else (Path, "rename")), refuse)
        founding.found(tmp_path / "w", {"evidence.key": str(place)}, "titlewatch test")
    assert list(tmp_path.iterdir()) == []
    made = founding.found(tmp_path / "w", {"evidence.key": str(place)}, "titlewatch test")
    assert place.is_file() and holding.check(made.workspace) is None
