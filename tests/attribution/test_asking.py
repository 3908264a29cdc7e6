"""Asking a real name server and a real registry on loopback: what is recorded, what is stated, what is never done."""

import gzip
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import dns.rcode
import pytest

from crawler import clock
from crawler.casework import countries
from crawler.desk import asking, raw_answers
from crawler.errors import ConfigurationError, UnknownObjectError
from crawler.evidence.ledger import Ledger
from crawler.practice.server import Answer, Heard, LoopbackServer
from crawler.store import Store, askings
from crawler.store.askings import Registration
from tests.attribution.asking_scene import AskingScene, Registry, as_json, card, domain, lists, network, write_lists
from tests.attribution.name_server import NameServer, coded, silent
from tests.decorators import coroutine_test

HOST = "films.example"
RECORDS = {
    HOST: {
        "A": ["192.0.2.7"],
        "AAAA": ["2001:db8::7"],
        "NS": ["ns1.harbour.example."],
        "MX": ["10 post.harbour.example."],
    },
    "www.films.example": {"CNAME": ["films.example."]},
}


@pytest.fixture
def names() -> Iterator[NameServer]:
    with NameServer({name: dict(records) for name, records in RECORDS.items()}) as server:
        yield server


@pytest.fixture
def registry() -> Registry:
    return Registry(
        {
            "/domain/films.example": as_json(domain(HOST)),
            "/ip/192.0.2.7": as_json(network("192.0.2.0", "192.0.2.255", arin_originas0_originautnums=[64500])),
            "/ip/2001:db8::7": as_json(network("2001:db8::", "2001:db8::ffff")),
            "/autnum/64500": as_json({"objectClassName": "autnum", "startAutnum": 64500, "endAutnum": 64500, "name": "HARBOUR"}),
        }
    )  # fmt: skip


@pytest.fixture
def heard() -> list[Heard]:
    return []


@pytest.fixture
def service(registry: Registry, heard: list[Heard]) -> Iterator[LoopbackServer]:
    with LoopbackServer("registry", registry, heard) as server:
        yield server


@pytest.fixture
def scene(tmp_path: Path, names: NameServer, service: LoopbackServer) -> AskingScene:
    write_lists(tmp_path / "lists", service.url)
    settings = {"attribution.resolvers": f'["{names.place}"]', "attribution.rdap": str(tmp_path / "lists")}
    return AskingScene.make(tmp_path / "W", settings)


@coroutine_test
async def test_what_is_answered_is_stated_with_its_source_and_the_record_that_it_rests_on(
    scene: AskingScene, names: NameServer, service: LoopbackServer
) -> None:
    await scene.ask(HOST)
    found = scene.observe()
    assert scene.told(HOST) == {
        ("address", "192.0.2.7", None),
        ("address", "2001:db8::7", None),
        ("name-server", "ns1.harbour.example", None),
        ("mail-server", "post.harbour.example", None),
        ("network", "AS64500", "192.0.2.7"),
        ("holder", "Harbour Hosting BV", "192.0.2.7"),
        ("holder", "Harbour Hosting BV", "2001:db8::7"),
        ("holder", "HARBOUR", "AS64500"),
        ("country", "NL", "192.0.2.7"),
        ("country", "NL", "2001:db8::7"),
        ("registrar", "Harbour Names Ltd", HOST),
        ("registrar-country", "CA", HOST),
        ("registration", "registrar IANA 9995", HOST),
        ("registration", "registered 2019-05-01T00:00:00Z", HOST),
        ("registration", "expires 2027-05-01T00:00:00Z", HOST),
        ("registration", "status active", HOST),
        ("registration", "status client transfer prohibited", HOST),
        ("registration", "redacted Registrant Phone", HOST),
    }
    assert len(found.statements) == len(scene.said(HOST)) and found.answers == 4
    by = {(one.kind, one.value): one for one in scene.said(HOST)}
    assert by["address", "192.0.2.7"].source == f"DNS resolver {names.place}"
    assert by["registrar", "Harbour Names Ltd"].source == f"RDAP 127.0.0.1:{service.port}"
    assert (by["address", "192.0.2.7"].confidence, by["country", "NL"].confidence) == ("high", "low")
    store = Store.open(scene.workspace.database)
    for one in scene.said(HOST):
        _, pieces = raw_answers.pieces(store, scene.workspace, one.basis)
        blocks = {piece.name: piece.block for piece in pieces}
        if one.source.startswith("DNS"):
            assert blocks["question"][:2] == blocks["message 1"][:2] and json.loads(blocks["metadata"])["host"] == HOST
        else:
            assert b"HTTP/1.1 200" in blocks["response"] and b"titlewatch/" in blocks["request"]
            assert json.loads(blocks["metadata"])["purpose"] == "attribution"
    with pytest.raises(UnknownObjectError):
        raw_answers.pieces(store, scene.workspace, "nothing")
    store.close()
    entered = [entry.type for entry in Ledger(scene.workspace.ledger).entries()]
    assert entered.count("dns") == 4 and entered.count("registration") == 4 and entered.count("attribution") == 1


@coroutine_test
async def test_no_persons_name_leaves_the_sealed_answer(scene: AskingScene, registry: Registry) -> None:
    personal = {
        "objectClassName": "entity", "roles": ["registrant"],
        "vcardArray": card(["fn", {}, "text", "Given Name"], ["adr", {"cc": "FR"}, "text", ["", "", "", "", "", "", ""]]),
    }  # fmt: skip
    registry.served["/ip/192.0.2.7"] = as_json(network("192.0.2.0", "192.0.2.255", entities=[personal]))
    await scene.ask(HOST)
    scene.observe()
    said = json.dumps([[one.value, one.about, one.source] for one in scene.said(HOST)])
    for name in ("Nobody", "private.example", "Secret Lane", "Lyon", "FR", "Ada", "Given Name"):
        assert name not in said, name
    assert ("holder", "HARBOUR-NET", "192.0.2.7") in scene.told(HOST)
    (row,) = [row for row in scene.rows("registrations") if row["subject"] == f"domain:{HOST}"]
    store = Store.open(scene.workspace.database)
    _, pieces = raw_answers.pieces(store, scene.workspace, row["exchange_id"])
    store.close()
    assert any(b"Nobody Mustlearn" in piece.block for piece in pieces if piece.name == "response")


@coroutine_test
async def test_an_alias_is_followed_where_the_resolver_did_not(scene: AskingScene, names: NameServer) -> None:
    names.records = {
        "www.films.example": {"CNAME": ["a.cdn.example."]},
        HOST: {"NS": ["ns1.harbour.example."]},
        "b.cdn.example": {"A": ["198.51.100.4"]},
    }
    # A resolver that stops at an alias, as one does whose cache holds only that.
    names.behaviours["www.films.example", "A"] = lambda question, over: [_alias(question, "a.cdn.example.")]
    names.behaviours["a.cdn.example", "A"] = lambda question, over: [_alias(question, "b.cdn.example.")]
    await scene.ask("www.films.example")
    scene.observe()
    told = scene.told("www.films.example")
    assert {
        ("alias", "a.cdn.example", None), ("alias", "b.cdn.example", None), ("address", "198.51.100.4", None),
        ("name-server", "ns1.harbour.example", "films.example"),
    } <= told  # fmt: skip
    assert [name for name, kind, _ in names.asked if kind == "A"] == [
        "www.films.example",
        "a.cdn.example",
        "b.cdn.example",
    ]


def _alias(question: bytes, target: str) -> bytes:
    import dns.message
    import dns.rrset

    reply = dns.message.make_response(dns.message.from_wire(question))
    reply.answer.append(dns.rrset.from_text(reply.question[0].name, 60, "IN", "CNAME", target))
    return reply.to_wire()


@pytest.mark.parametrize(
    ("records", "told"),
    [
        ({}, {("resolution", "no-such-name", None)}),
        (
            {HOST: {"MX": ["10 post.example."]}},
            {("resolution", "no-data", None), ("mail-server", "post.example", None)},
        ),
        (
            {HOST: {"CNAME": ["round.example."]}, "round.example": {"CNAME": [f"{HOST}."]}},
            {("resolution", "alias-loop", None), ("alias", "round.example", None)},
        ),
    ],
)
@coroutine_test
async def test_a_name_that_leads_nowhere_is_said_to(
    scene: AskingScene, names: NameServer, registry: Registry, records: dict[str, Any], told: set[Any]
) -> None:
    names.records = records
    registry.served.clear()
    await scene.ask(HOST)
    scene.observe()
    assert scene.told(HOST) == told | {("registration", "not registered", HOST)}


@coroutine_test
async def test_a_resolver_that_fails_says_nothing_of_the_host(scene: AskingScene, names: NameServer) -> None:
    scene.change(rdap="")
    names.behaviours[HOST, "A"] = coded(dns.rcode.SERVFAIL)
    names.behaviours[HOST, "AAAA"] = coded(dns.rcode.REFUSED)
    names.records[HOST] = {}
    await scene.ask(HOST)
    found = scene.observe()
    assert [row["outcome"] for row in scene.rows("dns_answers")] == ["server-failure", "refused", "no-data", "no-data"]
    assert scene.said(HOST) == [] and found.answers == 4
    # What was read once is not read again.
    assert scene.observe().answers == 0


@coroutine_test
async def test_a_resolver_that_is_silent_is_given_up(scene: AskingScene, names: NameServer) -> None:
    scene.change(rdap="")
    hosts = [f"h{number}.example" for number in range(6)]
    for host in hosts:
        for kind in ("A", "AAAA", "NS", "MX"):
            names.behaviours[host, kind] = silent
    await scene.ask(*hosts, seconds=0.1)
    answered = scene.rows("dns_answers")
    # Eight are asked about side by side: each may have one question out when the third silence is noticed.
    assert {row["outcome"] for row in answered} == {"silent"} and 3 <= len(answered) <= 3 + len(hosts)


@coroutine_test
async def test_an_edge_is_told_by_holder_alias_and_company_and_its_country_is_never_the_servers(
    scene: AskingScene, names: NameServer, registry: Registry
) -> None:
    names.records[HOST]["A"] = ["192.0.2.7", "198.51.100.9"]
    fronted = card(["kind", {}, "text", "org"], ["fn", {}, "text", "Cloudflare, Inc."])
    entities = [{"objectClassName": "entity", "roles": ["registrant"], "vcardArray": fronted}]
    registry.served["/ip/192.0.2.7"] = as_json(network("192.0.2.0", "192.0.2.255", country="US", entities=entities))
    registry.served["/ip/198.51.100.9"] = as_json(network("198.51.100.0", "198.51.100.255"))
    names.records["www.films.example"] = {"CNAME": ["d1.cloudfront.net."]}
    names.records["d1.cloudfront.net"] = {"A": ["198.51.100.9"]}
    await scene.ask(HOST, "www.films.example")
    scene.observe()
    edges = {(one.value, one.about, one.source) for one in scene.said(HOST) if one.kind == "edge"}
    assert ("Cloudflare", "192.0.2.7", "held by Cloudflare, Inc.") in edges
    assert ("Cloudflare", "198.51.100.9", "beside the edge 192.0.2.7") in edges
    for host in (HOST, "www.films.example"):
        said = scene.said(host)
        touches = countries.touched([host], said, None, said[0].at)
        assert {touch.role for touch in touches if touch.country in ("US", "NL")} == {"edge"}
        assert [hidden.why for hidden in countries.hidden([host], said)] == ["edge"]
    assert ("edge", "Amazon CloudFront", "198.51.100.9") in scene.told("www.films.example")


@coroutine_test
async def test_a_registry_is_asked_once_for_all_and_not_again_for_days(
    scene: AskingScene, names: NameServer, heard: list[Heard]
) -> None:
    await scene.ask(HOST, "www.films.example")
    paths = [one.path for one in heard]
    assert sorted(paths) == sorted({"/domain/films.example", "/ip/192.0.2.7", "/ip/2001:db8::7", "/autnum/64500"})
    assert {one.header("accept") for one in heard} == {"application/rdap+json, application/json;q=0.5"}
    await scene.ask(HOST)
    assert len(heard) == len(paths) and names.asked.count((HOST, "A", "udp")) == 2
    scene.observe()
    # What the registry said stands beside each time that the name led to the address.
    assert len([one for one in scene.said(HOST) if (one.kind, one.about) == ("country", "192.0.2.7")]) == 2
    assert len([one for one in scene.said(HOST) if one.kind == "registrar"]) == 1
    assert len([one for one in scene.said("www.films.example") if one.kind == "registrar"]) == 1


@coroutine_test
async def test_the_registrar_is_asked_for_its_country_where_the_registry_does_not_say(
    scene: AskingScene, registry: Registry
) -> None:
    plain = {"objectClassName": "entity", "handle": "REG 7", "roles": ["registrar"],
             "vcardArray": card(["fn", {}, "text", "Harbour Names Ltd"])}  # fmt: skip
    registry.served["/domain/films.example"] = as_json(domain(HOST, entities=[plain]))
    named = card(
        ["fn", {}, "text", "Harbour Names Ltd"], ["adr", {}, "text", ["", "", "", "", "", "", "United States"]]
    )
    registry.served["/entity/REG%207"] = as_json(
        {"objectClassName": "entity", "handle": "REG 7", "roles": ["registrar"], "vcardArray": named}
    )
    await scene.ask(HOST)
    scene.observe()
    assert ("registrar-country", "US", HOST) in scene.told(HOST)


def _packed(body: bytes) -> Answer:
    return Answer(200, gzip.compress(body), "application/rdap+json", (("Content-Encoding", "gzip"),))


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (as_json({"errorCode": 404}, 404), "not-found"),
        (as_json({}, 500), "status 500"),
        (as_json(domain(HOST), kind="text/html"), "wrong-type"),
        (as_json(domain(HOST), kind="application/zip"), "wrong-type"),
        (as_json(domain("other.example")), "unreadable"),
        (as_json({"objectClassName": "entity"}), "unreadable"),
        (as_json([]), "unreadable"),
        (Answer(200, b"[" * 100_000, "application/rdap+json"), "unreadable"),
        (Answer(200, b'{"objectClassName":"domain","objectClassName":"entity"}', "application/json"), "unreadable"),
        (Answer(200, b'{"a": "' + b"x" * 3_000_000 + b'"}', "application/rdap+json"), "too-large"),
        (_packed(b'{"a": "' + b"x" * 3_000_000 + b'"}'), "too-large"),
        (Answer(200, drop=True), "unreachable"),
        (Answer(302, headers=(("Location", "ftp://192.0.2.1/"),)), "bad-redirect"),
        (Answer(302), "bad-redirect"),
        (Answer(301, headers=(("Location", "/domain/films.example"),)), "too-many-redirects"),
        (Answer(307, headers=(("Location", "http://127.0.0.2:9/domain/films.example"),)), "refused-address"),
        (Answer(302, headers=(("Location", "http://169.254.169.254/latest"),)), "refused-address"),
    ],
)
@coroutine_test
async def test_what_a_registry_answers_amiss_is_recorded_as_what_it_is(
    scene: AskingScene, registry: Registry, answer: Answer, outcome: str
) -> None:
    scene.change(resolvers="[]")
    registry.served["/domain/films.example"] = answer
    await scene.ask(HOST)
    found = scene.observe(HOST)
    assert scene.outcomes() == [(f"domain:{HOST}", outcome)]
    assert {one.value for one in found.statements} == ({"not registered"} if outcome == "not-found" else set())
    asked = scene.rows("exchanges")
    assert asked and all(row["purpose"] == "attribution" and row["segment"] for row in asked)


@coroutine_test
async def test_a_redirect_to_another_service_is_followed_through_the_guard(
    scene: AskingScene, registry: Registry, tmp_path: Path, service: LoopbackServer
) -> None:
    scene.change(resolvers="[]")
    there = Registry({"/d/films.example": as_json(domain(HOST))})
    log: list[Heard] = []
    with LoopbackServer("other", there, log) as other:
        registry.served["/domain/films.example"] = Answer(302, headers=(("Location", f"{other.url}d/films.example"),))
        await scene.ask(HOST)
        # Another port of this machine is private, and no list of the user's names it.
        assert scene.outcomes() == [(f"domain:{HOST}", "refused-address")] and log == []
        named = lists(service.url)
        named["asn.json"]["services"].append([["64999"], [other.url]])
        (tmp_path / "lists" / "asn.json").write_text(json.dumps(named["asn.json"]))
        await scene.ask(HOST)
    assert scene.outcomes()[1:] == [(f"domain:{HOST}", "found")] and [one.path for one in log] == ["/d/films.example"]
    hops = [(row["hop"], row["status"], row["via"] is not None) for row in scene.rows("exchanges")][-2:]
    assert hops == [(0, 302, False), (1, 200, True)]


@pytest.mark.parametrize(("status", "fields"), [(429, (("Retry-After", "7200"),)), (503, ())])
@coroutine_test
async def test_a_registry_that_asks_for_rest_gets_it(
    scene: AskingScene, registry: Registry, heard: list[Heard], status: int, fields: tuple[tuple[str, str], ...]
) -> None:
    registry.served["/domain/films.example"] = Answer(status, b"{}", "application/json", fields)
    await scene.ask(HOST)
    assert [one.path for one in heard] == ["/domain/films.example"]
    assert scene.outcomes() == [(f"domain:{HOST}", "busy")]
    (row,) = scene.rows("registrations")
    store = Store.open(scene.workspace.database)
    (rest,) = askings.pauses(store, clock.parse(row["at"])).values()
    store.close()
    waited = (rest - clock.parse(row["at"])).total_seconds()
    assert waited >= (7200 if status == 429 else 3600)
    # Nor is it asked in the next run, before its time has come.
    await scene.ask(HOST)
    assert len(heard) == 1 and len(scene.rows("registrations")) == 1


@coroutine_test
async def test_lists_from_the_web_are_kept_too_and_open_no_way_inside(
    scene: AskingScene, registry: Registry, service: LoopbackServer, heard: list[Heard]
) -> None:
    scene.change(resolvers="[]", rdap=f"{service.url}rdap")
    log: list[Heard] = []
    with LoopbackServer("inside", Registry(), log) as inside:
        for name, content in lists(service.url).items():
            registry.served[f"/rdap/{name}"] = as_json(content, kind="application/json")
        strange = {"version": "1.0", "services": [[["example"], [service.url]], [["test"], [inside.url]]]}
        registry.served["/rdap/dns.json"] = as_json(strange, kind="application/json")
        await scene.ask(HOST, "films.test")
        assert set(scene.outcomes()) == {(f"domain:{HOST}", "found"), ("domain:films.test", "refused-address")}
        assert log == []
        await scene.ask("192.0.2.7")
    assert sorted(one.path for one in heard) == [
        "/autnum/64500", "/domain/films.example", "/ip/192.0.2.7", "/rdap/asn.json", "/rdap/dns.json", "/rdap/ipv4.json",
    ]  # fmt: skip
    scene.observe(HOST, "192.0.2.7")
    assert ("registrar", "Harbour Names Ltd", HOST) in scene.told(HOST)
    assert ("country", "NL", "192.0.2.7") in scene.told("192.0.2.7")


@coroutine_test
async def test_nobody_is_asked_about_what_belongs_to_nobody(
    scene: AskingScene, names: NameServer, heard: list[Heard]
) -> None:
    names.records = {"inside.test": {"A": ["10.0.0.1", "127.0.0.1", "169.254.1.1"]}}
    await scene.ask("inside.test", "10.1.2.3", "localhost")
    assert [one.path for one in heard] == ["/domain/inside.test"]


@coroutine_test
async def test_a_run_whose_requests_are_counted_asks_no_more_than_that(scene: AskingScene, heard: list[Heard]) -> None:
    await scene.ask(HOST, max_requests=1)
    assert len(heard) == 1 and len(scene.rows("registrations")) == 1
    assert [row["outcome"] for row in scene.rows("dns_answers")] == ["answered"] * 4
    await scene.ask(HOST)
    assert len(heard) == 4 and len({one.path for one in heard}) == 4


def test_what_is_due_depends_on_who_can_be_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scene = AskingScene.make(tmp_path / "W", {"attribution.resolvers": '["127.0.0.9"]'})
    hosts = [HOST, "192.0.2.7", "10.0.0.1"]
    monkeypatch.setattr(asking, "hosts_of_hits", lambda store: hosts)
    store = Store.open(scene.workspace.database)
    assert asking.due(store, scene.workspace) == (HOST,)
    scene.change(rdap="https://lists.example/", resolvers="[]")
    assert set(asking.due(store, scene.workspace)) == {HOST, "192.0.2.7"}
    with store.transaction() as connection:
        for number, (subject, days) in enumerate((("domain:films.example", 6), ("ip:192.0.2.7", 8))):
            at = clock.now() - timedelta(days=days)
            askings.write_registration(
                connection, Registration(str(number), "R", subject, at, "found", None, None), number
            )
    assert asking.due(store, scene.workspace) == ("192.0.2.7",)
    scene.change(rdap_days="9")
    assert asking.due(store, scene.workspace) == ()
    scene.change(rdap_days="1", hosts_a_night="1")
    # Whoever has waited longest comes first.
    assert asking.due(store, scene.workspace) == ("192.0.2.7",)
    store.close()


def test_a_folder_without_lists_is_refused_before_anything_is_asked(tmp_path: Path) -> None:
    scene = AskingScene.make(tmp_path / "W", {"attribution.rdap": "nothing-here"})
    with pytest.raises(ConfigurationError, match="no list of registries"):
        asking.check(scene.workspace)
    (tmp_path / "W" / "nothing-here").mkdir()
    (tmp_path / "W" / "nothing-here" / "dns.json").write_text("{}")
    with pytest.raises(ConfigurationError, match="not a list of registries"):
        asking.check(scene.workspace)
