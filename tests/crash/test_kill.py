"""A crawl that is killed again and again ends like one that was left alone."""

import os
import random
import signal
import sqlite3
import subprocess
import time
from pathlib import Path

import pytest

from crawler.evidence import verify
from crawler.practice.bulk import BulkForum
from crawler.practice.server import Heard, LoopbackServer
from crawler.practice.sites import PracticeSites
from tests.cli.titlewatch import COMMAND, Shell

KILLS = 4
"""Enough to see that a kill costs nothing; `tests.crash.storm` kills as often as one likes."""


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """An empty folder."""
    return Shell(tmp_path)


def prepared(shell: Shell, sites: PracticeSites, name: str, capture: str) -> Path:
    """A workspace that watches the practice works on both practice sites."""
    settings = ["crawl.delay=0", "network.allow_private=true", f"browser.capture={capture}"]
    shell("init", name, *[part for setting in settings for part in ("--set", setting)])
    for work in sites.works:
        names = [part for alias in work.aliases for part in ("--alias", alias)]
        kind = ["--kind", work.kind] if work.kind else []
        year = ["--year", str(work.year)] if work.year else []
        shell("--workspace", name, "works", "add", work.title, "--id", work.work_id, *kind, *year, *names)
    shell("--workspace", name, "sites", "add", sites.forum_url, "--id", "forum")
    shell("--workspace", name, "sites", "add", sites.blog_url, "--id", "blog")
    return shell.folder / name


def watching_bulk(shell: Shell, forum: BulkForum, url: str, name: str) -> Path:
    """A workspace that watches the titles of a bulk forum, without pictures."""
    settings = ["crawl.delay=0", "network.allow_private=true", "browser.capture=false"]
    shell("init", name, *[part for setting in settings for part in ("--set", setting)])
    for title in forum.titles:
        shell("--workspace", name, "works", "add", title)
    shell("--workspace", name, "sites", "add", url, "--id", "bulk")
    return shell.folder / name


def found(workspace: Path) -> list[tuple[str, str]]:
    """Every hit row, in order."""
    with sqlite3.connect(workspace / "titlewatch.db") as database:
        return database.execute("SELECT url, work_id FROM hits ORDER BY url, work_id").fetchall()


def count(workspace: Path, query: str) -> int:
    """The one number that a query gives."""
    with sqlite3.connect(workspace / "titlewatch.db") as database:
        return int(database.execute(query).fetchone()[0])


@pytest.mark.timeout(400)
def test_kills_lose_nothing_and_repeat_little(shell: Shell) -> None:
    """Same hits, none twice, each with its exhibit; every segment whole; few requests repeated."""
    dice = random.Random(7)
    log: list[Heard] = []
    forum = BulkForum(
        60, 0.3, tuple(f"The {word} Almanac of Tides" for word in ["Amber", "Basalt", "Cobalt", "Drift", "Ember"])
    )
    with LoopbackServer("bulk", forum, log, latency=0.02) as server:
        calm = watching_bulk(shell, forum, server.url, "calm")
        shell("--workspace", "calm", "crawl")
        undisturbed = len(log)
        log.clear()

        stormy = watching_bulk(shell, forum, server.url, "stormy")
        for _ in range(KILLS):
            before, wanted = len(log), dice.randint(0, undisturbed // KILLS)
            crawl = subprocess.Popen(
                [str(COMMAND), "--workspace", str(stormy), "crawl"],
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
            )  # fmt: skip
            while crawl.poll() is None and len(log) - before <= wanted:
                time.sleep(0.002)
            time.sleep(dice.uniform(0, 0.05))
            assert crawl.poll() is None, "the crawl ended before it could be killed"
            os.killpg(crawl.pid, signal.SIGKILL)
            crawl.wait()
        shell("--workspace", "stormy", "crawl")

    assert found(stormy) == found(calm)
    assert len(set(found(stormy))) == len(found(stormy)) == len(forum.offers)
    assert count(stormy, "SELECT count(*) FROM hits WHERE exhibit_id IS NULL") == 0
    assert count(stormy, "SELECT count(*) FROM exhibits_due") == 0
    assert count(stormy, "SELECT count(*) FROM pages WHERE state = 'due'") == 0
    problems = [finding for finding in verify.workspace(stormy, None, None) if finding.state == "fail"]
    assert not problems
    assert not list((stormy / "evidence").glob("*.open"))
    assert len(log) <= 1.5 * undisturbed, f"{len(log)} requests where {undisturbed} do"


@pytest.mark.timeout(300)
def test_a_kill_during_pictures_fetches_no_page_again(shell: Shell) -> None:
    """What a killed run has recorded is pictured from the recorded bytes in the next run."""
    with PracticeSites() as sites:
        workspace = prepared(shell, sites, "w", "true")
        crawl = subprocess.Popen(
            [str(COMMAND), "--workspace", str(workspace), "crawl"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        while crawl.poll() is None and count(workspace, "SELECT count(*) FROM exhibits_due") < 3:
            time.sleep(0.05)
        os.killpg(crawl.pid, signal.SIGKILL)
        crawl.wait()
        due = count(workspace, "SELECT count(*) FROM exhibits_due")
        done = set(_urls(workspace, "done"))
        sites.requests.clear()
        shell("--workspace", "w", "crawl")
        again = {heard.path for heard in sites.requests}

    assert due > 0
    assert count(workspace, "SELECT count(*) FROM exhibits_due") == 0
    # A match for review is not pictured, and its exhibit says so.
    without = (
        "SELECT count(*) FROM exhibits e WHERE e.picture_missing IS NULL AND NOT EXISTS "
        "(SELECT 1 FROM exhibit_captures c WHERE c.exhibit_id = e.exhibit_id)"
    )
    assert count(workspace, without) == 0
    topics = {url for url in done if "/thread/" in url or "/2025/" in url}
    assert not {url for url in topics if url.split("/", 3)[3] in {path.lstrip("/") for path in again}}


def _urls(workspace: Path, state: str) -> list[str]:
    with sqlite3.connect(workspace / "titlewatch.db") as database:
        return [row[0] for row in database.execute("SELECT url FROM pages WHERE state = ?", (state,))]
