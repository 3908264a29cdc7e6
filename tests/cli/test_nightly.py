"""nightly: what is due, within its budgets and its hours; and its schedule."""

import json
import os
import re
import shlex
import signal
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from crawler import clock
from crawler.desk import scheduling
from crawler.desk.visiting import night_ends
from crawler.errors import UsageError
from crawler.practice.sites import PracticeSites
from tests.cli.titlewatch import COMMAND, Shell, environment

AT = ("--workspace", "W")


@pytest.fixture
def practice(shell: Shell, workspace: Path) -> Iterator[PracticeSites]:
    """The practice forum and blog, of which one answers late."""
    with PracticeSites(latency=0.02) as sites:
        shell("config", "browser.capture=false", "browser.render=false", *AT)
        work = sites.works[0]
        shell("works", "add", work.title, "--id", work.work_id, "--kind", work.kind, "--year", work.year, *AT)
        shell("sites", "add", sites.forum_url, "--id", "forum", *AT)
        shell("sites", "add", sites.blog_url, "--id", "blog", *AT)
        yield sites


def days_pass(workspace: Path, days: int, *sites: str) -> None:
    """Make the last visits of some sites lie further back."""
    moment = clock.stamp(clock.now() - timedelta(days=days))
    with sqlite3.connect(workspace / "titlewatch.db") as database:
        for site in sites:
            database.execute(
                "UPDATE visits SET started_at = ?, finished_at = ? WHERE site_id = ?", (moment, moment, site)
            )


def test_each_site_has_a_budget_and_the_next_night_goes_on(shell: Shell, practice: PracticeSites) -> None:
    first = shell("nightly", "--max-per-site", "6", "--json", *AT).objects
    assert {line["site"]: (line["requests"], line["finished"]) for line in first} == {
        "forum": (6, False),
        "blog": (6, False),
    }
    paths = [heard.path for heard in practice.requests]
    assert len(paths) == 12
    second = shell("nightly", "--json", *AT).objects
    assert all(line["finished"] for line in second)
    asked = [(heard.site, heard.path) for heard in practice.requests]
    assert len(asked) == len(set(asked))
    assert "No site is due" in shell("nightly", *AT).err


def test_a_missed_night_is_caught_up_with_longest_unvisited_first(
    shell: Shell, workspace: Path, practice: PracticeSites
) -> None:
    shell("nightly", *AT)
    days_pass(workspace, 2, "forum")
    days_pass(workspace, 5, "blog")
    shown = [line["site"] for line in shell("nightly", "--json", *AT).objects]
    assert shown == ["blog", "forum"]
    days_pass(workspace, 3, "blog")
    assert [line["site"] for line in shell("nightly", "--json", *AT).objects] == ["blog"]


def test_a_night_that_ends_leaves_the_rest_for_the_next(shell: Shell, practice: PracticeSites) -> None:
    shell("config", "crawl.delay=4", *AT)
    ends = clock.now().astimezone() + timedelta(seconds=20)
    run = shell("nightly", "--until", f"{ends:%H:%M:%S}", "--json", *AT)
    # A busy machine may need some seconds for its seals.
    assert clock.now() <= ends + timedelta(seconds=20)
    assert "the night is over" in run.err
    assert not any(line["finished"] for line in run.objects)
    assert shell("verify", "W").code == 0
    shell("config", "crawl.delay=0", *AT)
    assert all(line["finished"] for line in shell("nightly", "--json", *AT).objects)


def test_two_nights_do_not_run_at_once_and_one_that_is_killed_goes_on(shell: Shell, practice: PracticeSites) -> None:
    shell("config", "crawl.delay=1", *AT)
    running = subprocess.Popen(
        [str(COMMAND), "nightly", *AT],
        cwd=shell.folder,
        env=environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + 60
        while len(practice.requests) < 6 and time.monotonic() < deadline:
            time.sleep(0.05)
        assert "another run" in shell("nightly", *AT, code=4).error
    finally:
        running.send_signal(signal.SIGKILL)
        running.wait()
    shell("config", "crawl.delay=0", *AT)
    assert all(line["finished"] for line in shell("nightly", "--json", *AT).objects)
    assert shell("verify", "W").code == 0


def test_the_night_ends_at_the_next_such_hour() -> None:
    here = clock.now().astimezone()
    soon = night_ends(f"{here + timedelta(hours=1):%H:%M}")
    assert timedelta(0) < soon - here <= timedelta(hours=1)
    past = night_ends(f"{here - timedelta(hours=1):%H:%M}")
    assert timedelta(hours=22) <= past - here <= timedelta(hours=24)
    with pytest.raises(UsageError):
        night_ends("late")


def test_a_timer_is_written_shown_and_removed(shell: Shell, workspace: Path, tmp_path: Path) -> None:
    units = tmp_path / "units"
    folder = ("--folder", units)
    words = ("--at", "01:30", "--until", "06:00", "--max-per-site", "500", "--by", "systemd")
    advice = shell("schedule", "install", *words, *folder, *AT).err
    service, timer = sorted(units.iterdir())
    # The timer alone would find no service to start.
    assert f"link {service} && " in advice and f"enable --now {timer}\n" in advice
    assert f"schedule show --folder {units}" in advice
    assert (service.suffix, timer.suffix) == (".service", ".timer")
    assert service.stem == timer.stem == scheduling.name_of(workspace.resolve())
    assert "OnCalendar=*-*-* 01:30:00" in timer.read_text() and "Persistent=true" in timer.read_text()
    (line,) = re.findall(r"^ExecStart=(.*)$", service.read_text(), re.MULTILINE)
    command = shlex.split(line)
    assert command[-5:] == ["nightly", "--until", "06:00", "--max-per-site", "500"]
    # What the timer starts is a command that works.
    done = subprocess.run(command, capture_output=True, text=True, env=environment(), check=False, timeout=120)
    assert done.returncode == 0 and "No site is due" in done.stderr
    shown = shell("schedule", "show", "--json", *folder, *AT).objects
    assert [(one["by"], one["path"]) for one in shown] == [("systemd", str(service)), ("systemd", str(timer))]
    shell("schedule", "install", "--at", "02:15", "--by", "systemd", *folder, *AT)
    assert "02:15:00" in timer.read_text() and len(list(units.iterdir())) == 2
    shell("schedule", "remove", *folder, *AT)
    assert list(units.iterdir()) == []
    assert "Nothing is scheduled" in shell("schedule", "show", *folder, *AT).err


def test_a_crontab_keeps_the_lines_of_others(shell: Shell, workspace: Path, tmp_path: Path) -> None:
    """The crontab command is one of our own making, which keeps its table in a file."""
    table, programs = tmp_path / "table", tmp_path / "bin"
    programs.mkdir()
    (programs / "crontab").write_text(f'#!/bin/sh\nif [ "$1" = -l ]; then cat {table}; else cat > {table}; fi\n')
    (programs / "crontab").chmod(0o755)
    table.write_text("5 4 * * * backup # titlewatch-other\n")
    env = {"PATH": f"{programs}:{os.environ['PATH']}", "XDG_CONFIG_HOME": str(tmp_path / "config")}
    shell("schedule", "install", "--at", "23:05", "--by", "cron", *AT, env=env)
    first, nightly, reboot = table.read_text().splitlines()
    assert first == "5 4 * * * backup # titlewatch-other"
    assert nightly.startswith("5 23 * * * ") and str(workspace.resolve()) in nightly
    assert reboot.startswith("@reboot ")
    shown = shell("schedule", "show", "--json", *AT, env=env).objects
    assert [(one["by"], one["path"]) for one in shown] == [("cron", None)]
    shell("schedule", "install", "--at", "23:10", "--by", "cron", *AT, env=env)
    assert len(table.read_text().splitlines()) == 3
    shell("schedule", "remove", *AT, env=env)
    assert table.read_text() == "5 4 * * * backup # titlewatch-other\n"


def test_what_is_no_hour_is_refused(shell: Shell, workspace: Path, tmp_path: Path) -> None:
    assert "25:99" in shell("nightly", "--until", "25:99", *AT, code=2).error
    error = shell("schedule", "install", "--at", "noon", "--folder", tmp_path / "units", *AT, code=2).error
    assert "not a time of day" in error and not (tmp_path / "units").exists()
    assert json.loads(json.dumps(shell("schedule", "show", "--json", "--folder", tmp_path, *AT).objects)) == []
