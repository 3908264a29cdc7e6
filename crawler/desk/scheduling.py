"""The nightly run by itself: a systemd timer that catches up after a missed night, or two lines of a crontab."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from datetime import time
from hashlib import sha256
from pathlib import Path
from typing import Any

from crawler.errors import EnvironmentProblem, UsageError

RUNS_SYSTEMD = Path("/run/systemd/system")
SYSTEM_UNITS = Path("/etc/systemd/system")
SECONDS = 60


@dataclass(frozen=True, slots=True)
class Night:
    """What is to be run, and when."""

    workspace: Path
    at: str
    """``HH:MM`` by the machine's clock."""
    until: str | None = None
    max_requests: int | None = None
    max_per_site: int | None = None

    def command(self) -> list[str]:
        """The command line."""
        words = [*_program(), "--workspace", str(self.workspace), "nightly"]
        for option, value in (
            ("--until", self.until), ("--max-requests", self.max_requests), ("--max-per-site", self.max_per_site)
        ):  # fmt: skip
            if value is not None:
                words += [option, str(value)]
        return words


def install(night: Night, by: str | None, folder: Path | None) -> list[Path | None]:
    """Write the schedule and switch it on; in a given folder it is only written. Returns its files, None for the crontab.

    Raises UsageError for what is no time of day, EnvironmentProblem when the system refuses.
    """
    for text in (night.at, night.until):
        if text is not None:
            _hour(text)
    remove(night.workspace, folder)
    name = name_of(night.workspace)
    if (by or _usual(folder)) == "cron":
        lines = _cron_lines(night, name)
        if folder is not None:
            return [_write(folder, f"{name}.cron", lines)]
        _set_crontab(_crontab() + lines)
        return [None]
    place = folder or _units()
    written: list[Path | None] = [
        _write(place, f"{name}.service", _service(night)),
        _write(place, f"{name}.timer", _timer(night)),
    ]
    if folder is None:
        _systemctl("daemon-reload")
        _systemctl("enable", "--now", f"{name}.timer")
    return written


def by_hand(night: Night, by: str | None, folder: Path) -> str:
    """The command that switches on what was written to a folder."""
    name = name_of(night.workspace)
    if (by or _usual(folder)) == "cron":
        path = shlex.quote(str(folder / f"{name}.cron"))
        return f"(crontab -l; cat {path}) | crontab -"
    systemctl = "systemctl" if os.geteuid() == 0 else "systemctl --user"
    service, timer = (shlex.quote(str((folder / f"{name}.{kind}").absolute())) for kind in ("service", "timer"))
    # Enabling a timer by its path links the timer alone, and it would find no service to start.
    return f"{systemctl} link {service} && {systemctl} enable --now {timer}"


def found(workspace: Path, folder: Path | None) -> list[dict[str, Any]]:
    """What is scheduled for a workspace: by, path (None for the crontab), text."""
    name, place = name_of(workspace), folder or _units()
    rows: list[dict[str, Any]] = []
    for kind, suffix in (("systemd", "service"), ("systemd", "timer"), ("cron", "cron")):
        path = place / f"{name}.{suffix}"
        if path.is_file():
            rows.append({"by": kind, "path": str(path), "text": path.read_text(encoding="utf-8")})
    if folder is None and (mine := _own(_crontab(), name)):
        rows.append({"by": "cron", "path": None, "text": mine})
    return rows


def remove(workspace: Path, folder: Path | None) -> list[Path | None]:
    """Take a workspace's schedule away; returns what is gone. Raises EnvironmentProblem when the system refuses."""
    name = name_of(workspace)
    gone: list[Path | None] = []
    for one in found(workspace, folder):
        if one["path"] is None:
            _set_crontab(_without(_crontab(), name))
            gone.append(None)
            continue
        path = Path(one["path"])
        if folder is None and path.suffix == ".timer":
            _systemctl("disable", "--now", path.name)
        path.unlink()
        gone.append(path)
    if folder is None and any(path is not None for path in gone):
        _systemctl("daemon-reload")
    return gone


def name_of(workspace: Path) -> str:
    """The schedule's name: the workspace's folder, told from others of that name."""
    plain = re.sub(r"[^a-z0-9]+", "-", workspace.name.lower()).strip("-") or "workspace"
    return f"titlewatch-{plain[:40]}-{sha256(str(workspace).encode()).hexdigest()[:8]}"


def _hour(text: str) -> time:
    try:
        hour = time.fromisoformat(text.strip())
    except ValueError:
        raise UsageError("not a time of day", text, "write it as 01:30") from None
    return hour


def _program() -> list[str]:
    beside = Path(sys.argv[0]).absolute()
    return (
        [str(beside)]
        if beside.name == "titlewatch" and beside.is_file()
        else [sys.executable, "-m", "crawler.cli.main"]
    )


def _usual(folder: Path | None) -> str:
    return "systemd" if folder is not None or RUNS_SYSTEMD.is_dir() else "cron"


def _units() -> Path:
    if os.geteuid() == 0:
        return SYSTEM_UNITS
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "systemd" / "user"


def _write(folder: Path, name: str, text: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def _service(night: Night) -> str:
    words = " ".join(_unit_word(word) for word in night.command())
    return f"""[Unit]
Description=titlewatch: the nightly visit of {night.workspace.name.replace("%", "%%")}
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
ExecStart={words}
KillSignal=SIGINT
TimeoutStopSec=120
SuccessExitStatus=3 130
Nice=10
"""


def _timer(night: Night) -> str:
    return f"""[Unit]
Description=titlewatch: every night at {night.at}

[Timer]
OnCalendar=*-*-* {_hour(night.at):%H:%M}:00
Persistent=true

[Install]
WantedBy=timers.target
"""


def _unit_word(word: str) -> str:
    """A word of a unit's command line, quoted as systemd.syntax(7) has it."""
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{escaped}"'


def _cron_lines(night: Night, name: str) -> str:
    """The line for each night, and one that catches up when the machine was off; both end with the name."""
    command = " ".join(shlex.quote(word) for word in night.command()).replace("%", r"\%")
    hour = _hour(night.at)
    return f"{hour.minute} {hour.hour} * * * {command} # {name}\n@reboot {command} # {name}\n"


def _own(table: str, name: str) -> str:
    return "".join(line for line in table.splitlines(keepends=True) if line.rstrip().endswith(f"# {name}"))


def _without(table: str, name: str) -> str:
    return "".join(line for line in table.splitlines(keepends=True) if not line.rstrip().endswith(f"# {name}"))


def _crontab() -> str:
    if shutil.which("crontab") is None:
        return ""
    # Without a table it says so and fails, which means the same as an empty one.
    table = _called(["crontab", "-l"], None, demand=False)
    return table if not table or table.endswith("\n") else f"{table}\n"


def _set_crontab(table: str) -> None:
    if shutil.which("crontab") is None:
        raise EnvironmentProblem(
            "there is neither systemd nor cron", "this machine", "write it to a folder: --folder DIR"
        )
    _called(["crontab", "-"], table)


def _systemctl(*words: str) -> None:
    own = [] if os.geteuid() == 0 else ["--user"]
    _called(["systemctl", *own, *words], None)


def _called(words: list[str], given: str | None, *, demand: bool = True) -> str:
    try:
        done = subprocess.run(words, input=given, capture_output=True, text=True, timeout=SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise EnvironmentProblem(
            f"could not be run ({error})", words[0], "write the files instead: --folder DIR"
        ) from error
    if done.returncode and demand:
        why = " ".join(done.stderr.split())[:200] or f"code {done.returncode}"
        raise EnvironmentProblem(f"refused ({why})", " ".join(words), "write the files instead: --folder DIR")
    return done.stdout if not done.returncode else ""
