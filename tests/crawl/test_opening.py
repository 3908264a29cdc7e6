"""A run that cannot be opened leaves nothing open."""

from pathlib import Path

import pytest

from crawler.desk import founding
from crawler.engine import opening
from crawler.errors import EnvironmentProblem


@pytest.mark.parametrize("step", ["signer", "spool", "matcher"])
def test_what_was_opened_is_closed_when_a_later_step_refuses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device") if step == "spool" else EnvironmentProblem("no", step, "wait")

    workspace = founding.found(tmp_path / "w", {}, "titlewatch test").workspace
    places = {"signer": "key_change.signer_of", "spool": "Spool", "matcher": "_matcher"}
    monkeypatch.setattr(f"crawler.engine.opening.{places[step]}", refuse)
    with pytest.raises(EnvironmentProblem), opening.open_run(workspace, None):
        pytest.fail("it cannot be open")
    held = [str(path.readlink()) for path in Path("/proc/self/fd").iterdir() if path.is_symlink()]
    assert [name for name in held if name.startswith(str(workspace.folder))] == []
