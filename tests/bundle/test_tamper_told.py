"""What the bundle tells beside its exhibits: environment, case, members that nobody reads, labels, the list of the forms."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crawler.bundle import layout
from crawler.bundle.build import build
from crawler.bundle.check import check
from crawler.desk import deciding
from tests.bundle import case_workspace
from tests.bundle.case_workspace import RUN
from tests.bundle.conftest import Fresh, Made
from tests.bundle.forger import (
    Act,
    both,
    cell,
    edit,
    edit_json,
    edit_table,
    exhibit,
    insert,
    label,
    replace,
)
from tests.bundle.tampering import SHELLS, Tampering, assert_named, failed, hold, run_script

TOOL, SYSTEM, CLOCK, NETWORK = layout.ENVIRONMENT
CASE, HIT, CAPTURE, PICTURED = (
    layout.CASE,
    exhibit(1, "hit.json"),
    exhibit(1, "capture.json"),
    exhibit(0, "capture.json"),
)
LIST, INFO = "data/forms/cn-qingdan.csv", "bag-info.txt"
DATE = "2020-01-01T00:00:00.000000Z"


def told(name: str, change: Callable[[Any], object], where: str = "") -> Tampering:
    """A change of a JSON file that its own name, or the place in it, gives away."""
    return Tampering(edit_json(name, lambda value: change(value) and None), name, f"{name} {where}".strip())


def run(name: str, **facts: object) -> Tampering:
    """A fact of the run in one file of the environment."""
    return told(name, lambda value: value["runs"][RUN].update(facts), f"{RUN} {next(iter(facts))}")


def case(**facts: object) -> Tampering:
    return told(CASE, lambda value: value.update(facts))


def listed(label_name: str, value: str | None) -> Tampering:
    named = label_name if label_name in ("Reports", "Authorisation") else ""
    return Tampering(label(label_name, value), INFO, named or label_name)


def first(key: str, **facts: object) -> Callable[[Any], object]:
    return lambda value: value[key][0].update(facts)


def page(value: Any) -> Any:
    return next(one for one in value["exchanges"] if one["role"] == "page")


def added(value: Any) -> None:
    value["files"]["statement.txt"] = {"sha256": hashlib.sha256(b"slipped in").hexdigest(), "bytes": 10}


def opinion(rows: list[list[str]]) -> None:
    for row in rows:
        row.append("opinion")


TABLE = {
    "known answers that failed": run(TOOL, self_test={"passed": False, "checks": [], "ms": 7}),
    "known answers left out": told(TOOL, lambda value: value["runs"][RUN].pop("self_test"), f"{RUN} self_test"),
    "another package": told(TOOL, lambda value: value["runs"][RUN]["packages"].update(scrapy="1.0"), f"{RUN} packages"),
    "another commit": run(TOOL, commit="0" * 40),
    "another software": run(TOOL, software="titlewatch 9.9"),
    "another configuration": run(TOOL, configuration={"crawl": {"delay": 0}}),
    "a run's added fact": run(TOOL, approved="yes"),
    "a run left out": told(SYSTEM, lambda value: value["runs"].clear(), RUN),
    "a run invented": told(SYSTEM, lambda value: value["runs"].update(other={}), "other"),
    "another host": run(SYSTEM, host="elsewhere"),
    "another segment's facts": told(SYSTEM, lambda value: next(iter(value["segments"].values())).update(operator="X"), "segments"),
    "another browser": told(SYSTEM, lambda value: value["browsers"].append("Other 1"), "browsers"),
    "another time zone": run(CLOCK, time_zone="CST"),
    "another first entry": run(CLOCK, ledger_utc=DATE),
    "comparison of the clock invented": run(CLOCK, compared=[{"source": "ntp", "offset_ms": 0}]),
    "leap of the clock invented": told(CLOCK, lambda value: value["jumps"].append({"seq": 1}), "jumps"),
    "time of an entry left out": told(CLOCK, lambda value: value["ledger"].pop(), "ledger"),
    "another resolver": run(NETWORK, resolvers=["192.0.2.7"]),
    "another address of a page": told(NETWORK, first("exchanges", peer={"address": "192.0.2.7", "port": 80}), "exchanges"),
    "another observation": told(NETWORK, first("observations", address="192.0.2.7"), "observations"),
    "environment's added member": told(NETWORK, lambda value: value.update(remark="x"), "remark"),
    "case's time of opening": case(opened=DATE),
    "case's opener": case(opened_by="somebody@elsewhere"),
    "case's format": case(format="titlewatch-bundle/2"),
    "case's added member": case(remark="x"),
    "case's site left out": told(CASE, lambda value: value["sites"].pop()),
    "case's site rules": told(CASE, first("sites", robots="ignore"), ""),
    "case's work added": told(CASE, lambda value: value["works"].append(value["works"][0] | {"work_id": "zeta"})),
    "case's authorisation": Tampering(edit_json(CASE, first("works", authorisation_on_file=True)), CASE, "Authorisation"),
    "case's collector": Tampering(edit_json(CASE, lambda value: value["collector"].update(name="X")), CASE, "Contact-Name"),
    "case's decision": told(CASE, first("exhibits", decision="01OTHER")),
    "case's picture": told(CASE, first("exhibits", screenshot=False)),
    "case's segment": told(CASE, first("segments", sealed=False)),
    "case's count of records": told(CASE, first("segments", records=1)),
    "account used": told(CAPTURE, lambda value: value.update(account_used=True), "account_used"),
    "note of the page": told(CAPTURE, lambda value: value.update(page_note="as sent"), "page_note"),
    "observation changed": told(CAPTURE, first("observations", resolved=["192.0.2.7"]), "observations"),
    "observation of a certificate": told(CAPTURE, first("observations", certificate_sha256="0" * 64), "observations"),
    "exhibit's added member": told(CAPTURE, lambda value: value.update(remark="x"), "remark"),
    "exchange's added member": told(CAPTURE, lambda value: page(value).update(remark="x")),
    "record's added member": told(CAPTURE, lambda value: page(value)["records"][0].update(remark="x")),
    "robots policy": told(CAPTURE, lambda value: value["robots"].update(policy="ignore"), "robots policy"),
    "role of an exchange": told(CAPTURE, lambda value: page(value).update(role="paper")),
    "size of a file": told(CAPTURE, lambda value: value["files"]["page.html"].update(bytes=1), "files page.html bytes"),
    "capture called exact": told(PICTURED, first("captures", wire_exact=True)),
    "record of a capture": told(PICTURED, lambda value: value["captures"][0]["records"][0].update(offset=0)),
    "hit's added member": told(HIT, lambda value: value.update(remark="x"), "remark"),
    "decision's user": told(HIT, lambda value: value["decisions"][0].update(system_user="somebody")),
    "decision's entry": told(HIT, lambda value: value["decisions"][0].update(ledger_seq=1)),
    "a file added to an exhibit": Tampering(
        both(insert(exhibit(1, "statement.txt")), edit_json(CAPTURE, added)), "statement.txt", "files statement.txt"
    ),
    "a decision told twice": told(HIT, lambda value: value["decisions"].append(value["decisions"][0]), "decisions"),
    "an access code in the table": Tampering(cell(1, "access_codes", "zzzz"), layout.EXHIBITS, "access_codes"),
    "a hash of a request in the table": Tampering(cell(2, "request_sha256", "0" * 64), layout.EXHIBITS, "request_sha256"),
    "a column added to the table": Tampering(edit_table(opinion), layout.EXHIBITS, "opinion"),
    "a node added to the graph": told(layout.ONTOLOGY, lambda value: value["@graph"].append({"@id": "kb:x", "@type": "uco-core:UcoObject", "uco-core:name": "guilty"}), "kb:x"),
    "a word added to a node": told(layout.ONTOLOGY, lambda value: value["@graph"][0].update({"rdfs:comment": "guilty"}), "kb:"),
    "organisation": listed("Source-Organization", "Another Centre"),
    "software of the bag": listed("Bag-Software-Agent", "another program 1"),
    "description of the bag": listed("Internal-Sender-Description", "guilty"),
    "authorisation": listed("Authorisation", "on file for every work"),
    "reports promised": listed("Reports", "html, pdf"),
    "reports denied": listed("Reports", "none"),
    "a label added": listed("Verdict", "guilty"),
    "a hash in the list": Tampering(edit(LIST, lambda data: data[:-200].replace(b"SHA-256,", b"SHA-256,0") + data[-200:]), LIST, LIST),
    "a file's name in the list": Tampering(replace(LIST, "page.html", "page.htm"), LIST, LIST),
    "an address in the list": Tampering(replace(LIST, "http://harbour.example", "http://harbor.example"), LIST, LIST),
    "a row of the list left out": Tampering(edit(LIST, lambda data: b"\r\n".join(data.split(b"\r\n")[:-2]) + b"\r\n"), LIST, LIST),
    "a report added": Tampering(insert("data/reports/opinion.html"), "opinion.html", "opinion.html"),
    "a form added": Tampering(insert("data/forms/opinion.html"), "opinion.html", "opinion.html"),
}  # fmt: skip


@pytest.mark.parametrize("name", TABLE)
def test_it_is_found_and_named(made: Made, copy: Fresh, name: str) -> None:
    hold(TABLE[name], copy(), made)


def test_what_is_not_compared_is_said(made: Made) -> None:
    unchecked = {
        finding.object for finding in check(made.built.bundle, made.key, made.roots) if finding.state == "not_checked"
    }
    assert {"data/reports", "data/forms/*.html", "README-en.md, README-zh.md", "verify.sh"} <= unchecked
    assert {f"{CASE} agency, collector, works, sites", f"{CLOCK} started"} <= unchecked


def made_empty(name: str) -> Act:
    def act(bundle: Path) -> None:
        for path in (bundle / name).glob("*"):
            path.unlink()
        (bundle / name).mkdir(exist_ok=True)

    return act


@pytest.mark.parametrize("name", ["timestamps", "data/log/keys"])
def test_an_empty_folder_fails_with_program_and_script(made: Made, copy: Fresh, name: str) -> None:
    bundle = copy()
    made_empty(name)(bundle)
    assert name in {finding.object for finding in failed(check(bundle, made.key, made.roots))}
    for shell in SHELLS:
        said = run_script(shell, bundle, made)
        assert said.returncode == 1
        assert f"because they are empty: ./{name}\n" in said.stdout


def test_the_verdict_that_stands_is_the_last_one_of_the_log(tmp_path: Path) -> None:
    case = case_workspace.make(tmp_path / "workspace", offers=case_workspace.OFFERS[2:])
    deciding.decide(case.store, case.workspace, case.hit_ids, "licensed", "Zhou Example", "")
    bundle = build(case.store, case.workspace, case.case_id).bundle
    case.store.close()
    assert failed(check(bundle)) == []
    hit = exhibit(0, "hit.json")
    edit_json(hit, lambda value: value["decisions"].reverse() or value.update(status="infringing"))(bundle)
    edit_json(CASE, lambda value: value["exhibits"][0].update(verdict="infringing"))(bundle)
    assert_named(failed(check(bundle)), f"{hit} decisions")
