"""What an observation comes to: tables of addresses, edges, traces of operators; and what is stated from a record."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.attribution.networks import edge_of
from crawler.attribution.stating import state
from crawler.attribution.tables import AddressTable, Entry
from crawler.attribution.traces import traces
from crawler.desk import attributing, configuring, routing
from crawler.errors import ConfigurationError
from crawler.store import statements
from tests.attribution import mmdb
from tests.bundle import case_workspace

AT = datetime(2026, 5, 1, tzinfo=UTC)
BUILT = 1_767_225_600
COUNTRIES = {
    "192.0.2.0/24": {"country": {"iso_code": "CA"}},
    "198.51.100.0/24": {"registered_country": {"iso_code": "NL"}},
}
SYSTEMS = {"192.0.2.0/24": {"autonomous_system_number": 64500, "autonomous_system_organization": "Harbour Hosting"}}


def test_a_table_says_what_it_holds_and_no_more(tmp_path: Path) -> None:
    with AddressTable(mmdb.write(tmp_path / "c.mmdb", "Countries", BUILT, COUNTRIES)) as table:
        assert (table.name, table.day) == ("Countries", "2026-01-01")
        assert table.of("192.0.2.9") == Entry(None, None, "CA")
        assert table.of("198.51.100.1") == Entry(None, None, "NL")
        assert table.of("203.0.113.1") is None and table.of("no address") is None
    with AddressTable(mmdb.write(tmp_path / "a.mmdb", "Systems", BUILT, SYSTEMS)) as table:
        assert table.of("192.0.2.9") == Entry(64500, "Harbour Hosting", None)


def test_what_is_no_table_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.mmdb").write_bytes(b"nothing of the kind")
    for name in ("x.mmdb", "missing.mmdb"):
        with pytest.raises(ConfigurationError, match="not a table of addresses"):
            AddressTable(tmp_path / name)


@pytest.mark.parametrize(
    ("fields", "system", "told"),
    [
        ([("CF-RAY", "8f-AMS")], None, ("Cloudflare", "header field cf-ray")),
        ([("Server", "cloudflare")], None, ("Cloudflare", "header field server")),
        ([("Server", "nginx")], 54113, ("Fastly", "AS54113")),
        ([("Server", "nginx"), ("X-Cache", "HIT")], 16509, None),
        ([("Server", "my cloudflare notes")], None, None),
        ([], None, None),
    ],
)
def test_an_edge_is_told_by_what_only_edges_show(
    fields: list[tuple[str, str]], system: int | None, told: tuple[str, str] | None
) -> None:
    assert edge_of(fields, system) == told


def test_traces_of_a_page() -> None:
    page = (
        '<script src="https://hm.baidu.com/hm.js?0123456789abcdef0123456789abcdef"></script> 京ICP备 12345678号-2 '
        "京公网安备 11010802012345号 gtag('config','G-AB12CD34EF') ca-pub-1234567890123456 UA-12345-1 UA-12345-1 AB-G-NOTONE1234"
    )
    assert traces(page, [("Server", " nginx/1.22 ")]) == [
        ("filing", "京ICP备12345678号-2", "medium"),
        ("security-filing", "京公网安备11010802012345号", "medium"),
        ("analytics", "0123456789abcdef0123456789abcdef", "medium"),
        ("analytics", "UA-12345-1", "medium"),
        ("analytics", "G-AB12CD34EF", "medium"),
        ("advertising", "ca-pub-1234567890123456", "medium"),
        ("server-software", "nginx/1.22", "high"),
    ]
    assert traces("nothing here, ICP备, 公网安备 123", []) == []


def test_an_address_of_an_edge_is_said_to_be_one(tmp_path: Path) -> None:
    with AddressTable(mmdb.write(tmp_path / "c.mmdb", "Countries", BUILT, COUNTRIES)) as table:
        found = state(
            "films.example", AT, "X1", address="192.0.2.9", certificate={"issuer": "CN=Y", "serial": "1f"},
            fields=[("cf-ray", "1")], page="", tables=[table],
        )  # fmt: skip
    assert {(s.kind, s.value, s.about, s.source) for s in found} == {
        ("address", "192.0.2.9", None, "the connection itself"),
        ("country", "CA", "192.0.2.9", "Countries"),
        ("edge", "Cloudflare", "192.0.2.9", "header field cf-ray"),
        ("certificate", "CN=Y serial 1f", "192.0.2.9", "the connection itself"),
    }
    assert {s.source_date for s in found if s.kind == "country"} == {"2026-01-01"} and {s.basis for s in found} == {
        "X1"
    }


def test_the_record_is_stated_once_and_again_when_a_table_is_newer(tmp_path: Path) -> None:
    made = case_workspace.make(tmp_path / "W", None)
    first = attributing.observe(made.store, made.workspace)
    assert first.observations and {s.kind for s in first.statements} >= {"address"}
    assert not attributing.observe(made.store, made.workspace).statements
    (address,) = {s.value for s in first.statements if s.kind == "address"}
    network = f"{address}/32"
    mmdb.write(tmp_path / "c.mmdb", "Countries", BUILT, {network: {"country": {"iso_code": "CA"}}})
    configuring.change(made.workspace, {"attribution.tables": f'["{tmp_path}/c.mmdb"]'})
    second = attributing.observe(made.store, made.workspace)
    assert {(s.kind, s.value, s.source_date) for s in second.statements} == {("country", "CA", "2026-01-01")}
    mmdb.write(tmp_path / "c.mmdb", "Countries", BUILT + 86_400, {network: {"country": {"iso_code": "FR"}}})
    third = attributing.observe(made.store, made.workspace)
    assert {(s.value, s.source_date) for s in third.statements} == {("FR", "2026-01-02")}
    entries = [line for line in made.workspace.ledger.read_bytes().splitlines() if b'"type":"attribution"' in line]
    assert len(entries) == 3 and b'"sha256"' in entries[1]
    hosts = {s.host for s in first.statements}
    assert len(statements.of_hosts(made.store, sorted(hosts))) == sum(
        len(each.statements) for each in (first, second, third)
    )
    reach = routing.reach(made.store, made.workspace, made.case_id)
    assert {(t.country, t.role, t.is_disputed) for t in reach.touches if t.role == "server"} == {
        ("CA", "server", True),
        ("FR", "server", True),
    }
    made.store.close()
