"""A shell in an empty folder, and workspaces to work in."""

from pathlib import Path

import pytest

from tests.cli.titlewatch import Shell


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """An empty folder."""
    folder = tmp_path / "desk"
    folder.mkdir()
    return Shell(folder)


@pytest.fixture
def workspace(shell: Shell) -> Path:
    """A fresh workspace, which later calls in `shell` find through --workspace W."""
    shell("init", "W", "--set", "crawl.delay=0", "--set", "network.allow_private=true")
    return shell.folder / "W"
