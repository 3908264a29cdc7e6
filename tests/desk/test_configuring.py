"""Changes of settings: none is lost beside another, and none is taken that evidence could not bear."""

import threading
from pathlib import Path

import pytest

from crawler import config
from crawler.desk import configuring, founding
from crawler.errors import ConfigurationError
from crawler.workspace import Workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return founding.found(tmp_path / "w", {}, "titlewatch test").workspace


def test_two_changes_at_once_are_both_made(workspace: Workspace) -> None:
    changes = [
        {"crawl.delay": "17"},
        {"crawl.max_depth": "7"},
        {"collector.country": "CN"},
        {"crawl.recheck_days": "9"},
    ]
    together = threading.Barrier(len(changes))
    failed: list[Exception] = []

    def make(one: dict[str, str]) -> None:
        together.wait()
        try:
            configuring.change(workspace, one)
        except Exception as error:  # noqa: BLE001
            failed.append(error)

    threads = [threading.Thread(target=make, args=(one,)) for one in changes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    settings = configuring.settings(workspace.configuration())
    made = {key: str(settings[key]) for one in changes for key in one}
    assert made == {"crawl.delay": "17.0", "crawl.max_depth": "7", "collector.country": "CN", "crawl.recheck_days": "9"}


def test_a_broken_file_is_said_to_be_broken_and_stays(workspace: Workspace) -> None:
    for broken in (b"[crawl\ndelay = 1\n", b"crawl = 5\n", b"\xff\xfe"):
        workspace.configuration_file.write_bytes(broken)
        with pytest.raises(ConfigurationError) as caught:
            configuring.change(workspace, {"crawl.delay": "5"})
        assert caught.value.exit_code == 2
        assert workspace.configuration_file.read_bytes() == broken


@pytest.mark.parametrize(
    "name",
    [
        "none",
        "None-2",
        "con",
        "NUL.x",
        "com1",
        "a.json.b",
        "a.tsr",
        "a.renewal-1",
        "a.earlier-0",
        "end.",
        "a/b",
        "",
        "a" * 61,
    ],
)
def test_an_id_that_no_bundle_could_bear_is_refused(name: str) -> None:
    with pytest.raises(ConfigurationError, match="not an id for an authority"):
        config.parse(_authorities(name))


def test_ids_that_differ_in_capitals_alone_are_refused() -> None:
    with pytest.raises(ConfigurationError, match="capitals"):
        config.parse(_authorities("alpha", "Alpha"))
    ids = ("alpha", "tsa.example.org", "console", "a", "chain-2")
    assert [one.id for one in config.parse(_authorities(*ids)).evidence.timestamps] == list(ids)


def _authorities(*names: str) -> str:
    each = ", ".join(f'{{id = "{name}", url = "http://tsa.example/", roots = "r.pem"}}' for name in names)
    return f"[evidence]\ntimestamps = [{each}]\n"
