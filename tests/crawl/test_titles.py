"""The index of titles that a workspace keeps, and a run that keeps up with its watchlist."""

import asyncio
import os
import time
from pathlib import Path

import pytest

from crawler.desk import founding
from crawler.engine import opening, titles
from crawler.engine.following import Following
from crawler.engine.reindexing import Reindexing
from crawler.engine.titles import Titles
from crawler.errors import EnvironmentProblem
from crawler.matching import Offer
from crawler.matching.layer import Layer
from crawler.model import Target, Work
from crawler.store import Store, works
from crawler.workspace import Workspace
from tests.decorators import coroutine_test

LANTERN, FOG = Work("lantern", "The Lantern Sea", "film", 2019), Work("fog", "雾港长河", "series", 2023)
MANY = [Work(f"w{number:03}", f"The {number}th Orchard of Salt", "book", 2020) for number in range(50)]


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    found = founding.found(tmp_path / "w", {}, "titlewatch test").workspace
    watch(found, LANTERN)
    return found


def watch(workspace: Workspace, *given: Work) -> None:
    store = Store.open(workspace.database)
    works.save(store, given)
    store.close()


def kept(workspace: Workspace) -> set[tuple[str, int]]:
    return {(path.suffix, path.stat().st_mtime_ns) for path in workspace.cache.iterdir()}


def ready(workspace: Workspace) -> set[str] | None:
    store = Store.open(workspace.database)
    index = Titles(workspace).ready(store)
    store.close()
    return None if index is None else {work.work_id for work in index.works()}


def test_what_is_kept_is_made_anew_only_where_it_must_be(workspace: Workspace) -> None:
    assert ready(workspace) == {"lantern"}
    first = kept(workspace)
    assert {suffix for suffix, _ in first} == {".titles"}
    assert ready(workspace) == {"lantern"}
    assert kept(workspace) == first
    watch(workspace, FOG)
    assert ready(workspace) == {"lantern", "fog"}
    second = kept(workspace)
    assert first < second and {suffix for suffix, _ in second - first} == {".changes"}
    assert ready(workspace) == {"lantern", "fog"}
    assert kept(workspace) == second
    watch(workspace, Work("lantern", "The Lantern Lake", "film", 2019))
    assert ready(workspace) == {"lantern", "fog"}
    assert first < kept(workspace) != second


def test_a_damaged_index_is_made_anew(workspace: Workspace) -> None:
    ready(workspace)
    watch(workspace, FOG)
    ready(workspace)
    for path in workspace.cache.iterdir():
        path.write_bytes(path.read_bytes()[:-7])
    assert ready(workspace) == {"lantern", "fog"}


def test_another_recipe_makes_it_anew(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    ready(workspace)
    before = kept(workspace)
    monkeypatch.setattr(titles, "recipe", lambda: "another")
    assert ready(workspace) == {"lantern"}
    assert kept(workspace).isdisjoint(before) and len(kept(workspace)) == 1


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is closed to the administrator")
def test_a_cache_that_cannot_be_written_is_done_without(workspace: Workspace) -> None:
    workspace.cache.mkdir(exist_ok=True)
    workspace.cache.chmod(0o500)
    assert ready(workspace) == {"lantern"}
    assert list(workspace.cache.iterdir()) == []


def test_a_cache_that_is_no_folder_is_done_without(workspace: Workspace) -> None:
    if workspace.cache.is_dir():
        workspace.cache.rmdir()
    workspace.cache.write_bytes(b"")
    assert ready(workspace) == {"lantern"}


def test_many_works_are_indexed_by_a_second_process(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(titles, "FEW", 10)
    watch(workspace, *MANY)
    assert ready(workspace) is None
    told: list[tuple[int, int]] = []
    with opening.open_run(workspace, None, lambda done, total: told.append((done, total))) as run:
        assert len(run.matcher.index) == 51
    assert told and all(total == 51 for _, total in told)


def test_changes_are_merged_when_they_are_many(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(titles, "FEW", 10)
    monkeypatch.setattr(titles, "SLOW", 1)
    watch(workspace, *MANY)
    store = Store.open(workspace.database)
    Titles(workspace).brought_up(store)
    watch(workspace, *(Work(f"x{number:03}", f"Quiet Harbour {number}") for number in range(30)))
    index = Titles(workspace).brought_up(store)
    assert index.changes is not None and Titles.is_to_merge(index)
    merged = Titles(workspace).brought_up(store, merge=True)
    assert merged.changes is None and not Titles.is_to_merge(merged)
    assert merged.fingerprint == index.fingerprint
    store.close()


def test_a_second_process_that_fails_says_why(workspace: Workspace) -> None:
    workspace.database.write_bytes(b"no database, and long enough to be read as one" * 100)
    with Reindexing(workspace, "wait") as process, pytest.raises(EnvironmentProblem, match="could not be indexed"):
        process.wait()


@coroutine_test
async def test_a_run_takes_up_a_work_that_is_added_while_it_lasts(workspace: Workspace) -> None:
    share = Target("cloud_drive", "https://pan.quark.cn/s/0a1b2c3d4e", None, "https://pan.quark.cn/s/0a1b2c3d4e")
    offer = Offer("雾港长河 2023 全集", "1080p", (share,))
    with opening.open_run(workspace, None) as run, Following(run, interval=0.05):
        before = run.matcher
        assert before.match(offer) == ()
        watch(workspace, FOG)
        until = time.monotonic() + 60
        while run.matcher is before and time.monotonic() < until:
            await asyncio.sleep(0.02)
        assert [match.work_id for match in run.matcher.match(offer)] == ["fog"]
        assert (run.matcher.threshold, run.matcher.scales) == (before.threshold, before.scales)
        assert isinstance(run.matcher.index.changes, Layer)


@coroutine_test
async def test_a_run_that_ends_ends_its_second_process(workspace: Workspace) -> None:
    with opening.open_run(workspace, None) as run:
        with Following(run, interval=3600) as following:
            watch(workspace, FOG)
            before = run.matcher
            following.look()
            await asyncio.sleep(0)
            task = following._task
            assert task is not None
        await asyncio.wait([task], timeout=30)
        assert task.done() and run.matcher is before
