"""The commands of titlewatch, run as an analyst does, on a workspace that may visit this machine."""

import json
import subprocess
import sysconfig
from pathlib import Path
from typing import Any

COMMAND = Path(sysconfig.get_path("scripts")) / "titlewatch"


def titlewatch(*arguments: object) -> list[dict[str, Any]]:
    """Run a command; the JSON objects that it prints. A site's fault (3) is no failure of the command."""
    done = subprocess.run([COMMAND, *map(str, arguments)], capture_output=True, text=True, timeout=900, check=False)
    assert done.returncode in (0, 3), done.stderr
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def watching(workspace: Path) -> tuple[str, Path]:
    """Make a workspace without delay and pictures; the options that name it."""
    settings = ("network.allow_private=true", "crawl.delay=0", "browser.capture=false")
    titlewatch("init", workspace, *(part for setting in settings for part in ("--set", setting)))
    return "--workspace", workspace
