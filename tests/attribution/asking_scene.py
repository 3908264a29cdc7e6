"""A workspace that asks a name server and a registry of our own, both on loopback; nobody connects to what they name."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from crawler.desk import attributing, configuring, founding
from crawler.desk.attributing import Observed
from crawler.engine.attribution.asking import Asking
from crawler.engine.attribution.resolver import Resolver
from crawler.engine.opening import open_run
from crawler.engine.visiting import _settings
from crawler.practice.server import Answer, Heard
from crawler.statement import Statement
from crawler.store import Store, runs, statements
from crawler.workspace import Workspace

RDAP = "application/rdap+json"
Served = Answer | Callable[[Heard], Answer]


def card(*properties: list[Any]) -> list[Any]:
    """A jCard (RFC 7095)."""
    return ["vcard", [["version", {}, "text", "4.0"], *properties]]


def domain(name: str, **more: Any) -> dict[str, Any]:
    """What a registry says of a domain: a registrar in Canada, an owner whom nobody must learn of."""
    return {
        "objectClassName": "domain",
        "ldhName": name.upper(),
        "status": ["active", "client transfer prohibited"],
        "events": [
            {"eventAction": "registration", "eventDate": "2019-05-01T08:00:00+08:00"},
            {"eventAction": "expiration", "eventDate": "2027-05-01T00:00:00Z"},
            {"eventAction": "last update of RDAP database", "eventDate": "2026-05-01T00:00:00Z"},
        ],
        "entities": [
            {
                "objectClassName": "entity", "handle": "REG-7", "roles": ["registrar"],
                "publicIds": [{"type": "IANA Registrar ID", "identifier": "9995"}],
                "vcardArray": card(
                    ["fn", {}, "text", "Harbour Names Ltd"],
                    ["adr", {"cc": "CA"}, "text", ["", "", "1 Quay", "Halifax", "NS", "B3H", ""]],
                ),
                "entities": [{
                    "objectClassName": "entity", "roles": ["abuse"],
                    "vcardArray": card(["fn", {}, "text", "Ada Abuse"], ["email", {}, "text", "ada@names.example"]),
                }],
            },
            {
                "objectClassName": "entity", "roles": ["registrant"],
                "vcardArray": card(
                    ["kind", {}, "text", "individual"], ["fn", {}, "text", "Nobody Mustlearn"],
                    ["email", {}, "text", "nobody@private.example"],
                    ["adr", {}, "text", ["", "", "9 Secret Lane", "Lyon", "", "69001", "FR"]],
                ),
            },
        ],
        "redacted": [{"name": {"description": "Registrant Phone"}, "method": "removal"}],
        **more,
    }  # fmt: skip


def network(first: str, last: str, **more: Any) -> dict[str, Any]:
    """What a registry says of a network."""
    return {
        "objectClassName": "ip network", "startAddress": first, "endAddress": last, "name": "HARBOUR-NET", "country": "NL",
        "entities": [{
            "objectClassName": "entity", "roles": ["registrant"],
            "vcardArray": card(["kind", {}, "text", "org"], ["fn", {}, "text", "Harbour Hosting BV"]),
        }],
        **more,
    }  # fmt: skip


def lists(base: str) -> dict[str, Any]:
    """The four bootstrap files, all of which name one service."""
    named = {
        "dns.json": [[["example", "test"], [base]]],
        "ipv4.json": [[["192.0.2.0/24", "198.51.100.0/24"], [base]]],
        "ipv6.json": [[["2001:db8::/32"], [base]]],
        "asn.json": [[["64496-64511"], [base]]],
    }
    return {name: {"version": "1.0", "services": services} for name, services in named.items()}


def as_json(value: Any, status: int = 200, kind: str = RDAP) -> Answer:
    """A registry's answer."""
    return Answer(status, json.dumps(value).encode(), kind)


@dataclass
class Registry:
    """What the registry answers, by path; 404 for everything else."""

    served: dict[str, Served] = field(default_factory=dict)

    def __call__(self, heard: Heard) -> Answer:
        found = self.served.get(heard.path)
        if found is None:
            return as_json({"errorCode": 404}, 404)
        return found if isinstance(found, Answer) else found(heard)


def write_lists(folder: Path, base: str) -> Path:
    """Write the four files to a folder."""
    folder.mkdir(exist_ok=True)
    for name, content in lists(base).items():
        (folder / name).write_text(json.dumps(content), encoding="utf-8")
    return folder


@dataclass
class AskingScene:
    """One workspace, asked in and looked at."""

    workspace: Workspace

    @classmethod
    def make(cls, folder: Path, settings: Mapping[str, str]) -> "AskingScene":
        """Found a workspace with some settings."""
        quick = {"crawl.delay": "0", "network.allow_private": "true", "browser.capture": "false"}
        return cls(founding.found(folder, {**quick, **settings}, "titlewatch test").workspace)

    def change(self, **settings: str) -> None:
        """Change settings of the section [attribution]."""
        configuring.change(self.workspace, {f"attribution.{name}": value for name, value in settings.items()})

    async def ask(self, *hosts: str, max_requests: int | None = None, seconds: float | None = None) -> None:
        """One run that asks about hosts."""
        with open_run(self.workspace, max_requests) as run:
            runs.begin(run.store, run.run_id, "titlewatch test", "{}")
            resolvers = None
            if seconds is not None:
                places = [text.rsplit(":", 1) for text in run.configuration.attribution.resolvers]
                resolvers = [Resolver(address, int(port), seconds=seconds) for address, port in places]
            await Asking(run, _settings(run), hosts, resolvers).finish()
            run.recorder.flush_unfinished()
            run.segments.close()
            assert run.failure is None, run.failure
            runs.end(run.store, run.run_id, "done")

    def observe(self, *hosts: str) -> Observed:
        """State what was answered."""
        store = Store.open(self.workspace.database)
        found = attributing.observe(store, self.workspace, list(hosts) or None)
        store.close()
        return found

    def said(self, host: str) -> list[Statement]:
        """Everything that is stated of a host."""
        store = Store.open(self.workspace.database)
        found = statements.of_hosts(store, [host])
        store.close()
        return found

    def told(self, host: str) -> set[tuple[str, str, str | None]]:
        """Kind, value and what it is about, of everything stated of a host."""
        return {(one.kind, one.value, one.about) for one in self.said(host)}

    def rows(self, table: str) -> list[dict[str, Any]]:
        """The rows of a table, in the order of their ledger entries."""
        store = Store.open(self.workspace.database)
        found = [dict(row) for row in store.rows(f"SELECT * FROM {table} ORDER BY ledger_seq")]
        store.close()
        return found

    def outcomes(self) -> list[tuple[str, str]]:
        """Subject and outcome of every look-up, those of the lists left out."""
        return [
            (row["subject"], row["outcome"]) for row in self.rows("registrations") if "bootstrap:" not in row["subject"]
        ]
