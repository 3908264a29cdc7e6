"""hosts observe --ask and nightly, as a user runs them; the workspace verifies afterwards."""

import json
import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from crawler import clock
from crawler.cli.hosts import _host
from crawler.desk import asking, doctor
from crawler.engine.recovery import recover_all
from crawler.evidence.ledger import Ledger
from crawler.practice.server import Answer, Heard, LoopbackServer
from crawler.statement import KINDS
from crawler.store import Store, runs
from crawler.wording import LANGUAGES, say
from tests.attribution.asking_scene import AskingScene, Registry, as_json, domain, network, write_lists
from tests.attribution.name_server import NameServer
from tests.bundle import case_workspace
from tests.cli.titlewatch import Shell
from tests.decorators import coroutine_test

HOST = "films.example"
AT = ("--workspace", "W")


@pytest.fixture
def names() -> Iterator[NameServer]:
    with NameServer({HOST: {"A": ["192.0.2.7"], "NS": ["ns1.harbour.example."]}}) as server:
        yield server


@pytest.fixture
def heard() -> list[Heard]:
    return []


@pytest.fixture
def service(heard: list[Heard]) -> Iterator[LoopbackServer]:
    served = Registry(
        {
            "/domain/films.example": as_json(domain(HOST)),
            "/ip/192.0.2.7": as_json(network("192.0.2.0", "192.0.2.255")),
        }
    )
    with LoopbackServer("registry", served, heard) as server:
        yield server


def test_the_doctor_says_who_is_asked(tmp_path: Path) -> None:
    scene = AskingScene.make(tmp_path / "W", {})

    def told() -> tuple[bool, str]:
        found = doctor.attribution(scene.workspace)
        return found.well, found.found

    assert told() == (True, "asks nobody about hosts")
    scene.change(resolvers='["192.0.2.53"]', rdap="https://lists.example/rdap/")
    assert told() == (True, "asks 192.0.2.53, https://lists.example/rdap/")
    scene.change(rdap="nowhere")
    assert not told()[0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_of_statement_can_be_said(language: str) -> None:
    for kind in KINDS:
        assert say(f"console.hosts.kinds.{kind}", language) and say(f"referral.statement.{kind}", language)


@pytest.mark.parametrize(
    ("written", "host"),
    [
        ("Films.EXAMPLE", "films.example"),
        ("films.example:8080", "films.example"),
        ("影片.example", "xn--p3t423b.example"),
        ("2001:DB8::7", "2001:db8::7"),
        ("[2001:db8::7]", "2001:db8::7"),
        ("192.0.2.7", "192.0.2.7"),
    ],
)
def test_a_host_may_be_named_as_people_write_it(written: str, host: str) -> None:
    assert _host(written) == host


def _configure(shell: Shell, folder: Path, names: NameServer, service: LoopbackServer) -> None:
    write_lists(folder / "lists", service.url)
    shell("config", f'attribution.resolvers=["{names.place}"]', "attribution.rdap=lists", *AT)


def test_asking_is_an_explicit_wish_and_the_record_verifies(
    tmp_path: Path, names: NameServer, service: LoopbackServer, heard: list[Heard]
) -> None:
    shell = Shell(tmp_path)
    shell("init", "W", "--set", "crawl.delay=0", "--set", "network.allow_private=true")
    assert "nobody is asked" in shell("hosts", "observe", HOST, *AT).err
    refused = shell("hosts", "observe", HOST, "--ask", *AT, code=2)
    assert "nobody is configured who could be asked" in refused.error
    _configure(shell, tmp_path / "W", names, service)
    shell("hosts", "observe", HOST, *AT)
    assert names.asked == [] and heard == []
    line = shell("hosts", "observe", HOST.upper(), "--ask", "--json", *AT).objects[0]
    assert line["asked"] == {
        "hosts": [HOST], "dns": {"answered": 2, "no-data": 2}, "registrations": {"found": 2},
    }  # fmt: skip
    shown = shell("hosts", "show", HOST, "--json", *AT).objects
    assert {one["value"] for one in shown} >= {"192.0.2.7", "ns1.harbour.example", "Harbour Names Ltd", "NL"}
    assert len(shown) == line["statements"]
    assert "Harbour Names Ltd" in shell("hosts", "show", HOST, *AT, env={"LANG": "zh_CN.UTF-8"}).out
    findings = shell("verify", "W", "--json").objects
    assert {finding["state"] for finding in findings} <= {"pass", "not_checked"}
    told = shell("ledger", "--last", "60", *AT).out
    assert f"asked for {HOST} (A): answered" in told and f"asked about domain:{HOST}: found" in told
    again = shell("hosts", "observe", HOST, "--ask", *AT)
    assert "asked name servers 4 questions" in again.out and "asked registries" not in again.out
    with sqlite3.connect(tmp_path / "W" / "titlewatch.db") as database:
        segment, records = database.execute(
            "SELECT segment, records FROM dns_answers WHERE record_type = 'A'"
        ).fetchone()
    # One byte of the first answer is another.
    place = json.loads(records)[-1]
    path = tmp_path / "W" / "evidence" / segment
    data = bytearray(path.read_bytes())
    data[place["offset"] + place["length"] // 2] ^= 1
    path.chmod(0o644)
    path.write_bytes(bytes(data))
    assert "fail" in {finding["state"] for finding in shell("verify", "W", "--json", code=None).objects}


@coroutine_test
async def test_what_a_killed_run_asked_is_indexed_by_the_next(
    tmp_path: Path, names: NameServer, service: LoopbackServer
) -> None:
    write_lists(tmp_path / "lists", service.url)
    settings = {"attribution.resolvers": f'["{names.place}"]', "attribution.rdap": str(tmp_path / "lists")}
    scene = AskingScene.make(tmp_path / "W", settings)
    await scene.ask(HOST)
    scene.observe()
    columns = {
        "dns_answers": "answer_id, host, name, at, outcome, segment, segment_offset, stated",
        "registrations": "registration_id, subject, at, outcome, server, exchange_id, again_at",
        "exchanges": "exchange_id, purpose, url, segment_offset",
        "statements": "host, kind, value, about, source, basis",
    }
    database = sqlite3.connect(scene.workspace.database, isolation_level=None)

    def rows() -> dict[str, list[tuple[object, ...]]]:
        return {
            table: sorted(database.execute(f"SELECT {what} FROM {table}"), key=repr) for table, what in columns.items()
        }

    before = rows()
    assert all(before.values())
    for table in columns:
        database.execute(f"DELETE FROM {table}")
    store, ledger = Store.open(scene.workspace.database), Ledger(scene.workspace.ledger)
    assert any("indexed that the database had missed" in found for found in recover_all(scene.workspace, store, ledger))
    ledger.close()
    store.close()
    scene.observe(HOST)
    assert rows() == before
    database.close()


def test_each_night_asks_about_the_hosts_of_decided_hits_and_cases_once_a_day(
    tmp_path: Path, names: NameServer, service: LoopbackServer, heard: list[Heard]
) -> None:
    made = case_workspace.make(tmp_path / "W", None)
    shell = Shell(tmp_path)
    with sqlite3.connect(tmp_path / "W" / "titlewatch.db") as database:
        hits = [row[0] for row in database.execute("SELECT hit_id FROM hits ORDER BY hit_id")]
        database.execute("UPDATE hits SET url = ? WHERE hit_id = ?", (f"http://{HOST}/t/1", hits[0]))
        now = clock.stamp(clock.now())
        for (site_id,) in database.execute("SELECT site_id FROM sites").fetchall():
            database.execute("INSERT INTO site_pauses VALUES (?, ?, 'lin@desk')", (site_id, now))
    assert asking.due(made.store, made.workspace) == ()
    assert HOST in asking.hosts_of_hits(made.store)
    shell("config", "network.allow_private=true", "crawl.delay=0", "browser.capture=false", *AT)
    _configure(shell, tmp_path / "W", names, service)
    due = asking.due(made.store, made.workspace)
    assert HOST in due and set(due) == set(asking.hosts_of_hits(made.store))
    page = Answer(200, b"<title>Quay</title><h1>Nothing to see</h1>")
    with LoopbackServer("quay", lambda heard: page if heard.path == "/" else Answer(404), None) as quay:
        shell("sites", "add", quay.url, "--id", "quay", *AT)
        run = shell("nightly", "--json", *AT, code=None)
    assert [line["site"] for line in run.objects] == ["quay"] and f"{len(due)} hosts asked about" in run.err
    assert (HOST, "A", "udp") in names.asked and any(one.path == "/domain/films.example" for one in heard)
    assert "Harbour Names Ltd" in shell("hosts", "show", HOST, *AT).out
    assert asking.due(made.store, made.workspace) == ()
    _a_day_passes(tmp_path / "W")
    shell("config", "attribution.hosts_a_night=1", *AT)
    asked = len(names.asked)
    run = shell("nightly", *AT)
    assert "No site is due" in run.err and "1 host asked about" in run.err and len(names.asked) > asked
    # The last run of which a digest tells is the one that visited a site.
    assert [entry["site_id"] for entry in _visits(tmp_path / "W", runs.latest(made.store))] == ["quay"]
    _a_day_passes(tmp_path / "W")
    shell("config", "attribution.rdap=nowhere", *AT)
    asked = len(names.asked)
    assert "hosts were not asked about" in shell("nightly", *AT).err and len(names.asked) == asked
    made.store.close()


def _visits(workspace: Path, run: tuple[str, str] | None) -> list[sqlite3.Row]:
    assert run is not None
    with sqlite3.connect(workspace / "titlewatch.db") as database:
        database.row_factory = sqlite3.Row
        return database.execute("SELECT site_id FROM visits WHERE run_id = ?", (run[0],)).fetchall()


def _a_day_passes(workspace: Path) -> None:
    with sqlite3.connect(workspace / "titlewatch.db") as database:
        database.execute("UPDATE dns_answers SET at = ?", (clock.stamp(clock.now() - timedelta(days=1)),))
