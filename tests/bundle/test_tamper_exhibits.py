"""What stands in an exhibit's folder, in case.json, the table and the CASE graph, changed one by one."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from crawler.bundle import layout
from crawler.bundle.bag import pretty
from tests.bundle.conftest import Fresh, Made
from tests.bundle.forger import Act, both, cell, delete, edit, edit_json, edit_table, exhibit, replace
from tests.bundle.tampering import Tampering, hold, hold_script

HIT, CAPTURE, LISTING = exhibit(1, "hit.json"), exhibit(1, "capture.json"), exhibit(1, "listing.json")
CASE, TABLE_FILE, GRAPH, CLOCK = layout.CASE, layout.EXHIBITS, layout.ONTOLOGY, "data/environment/clock.json"


def page_of(capture: dict[str, Any]) -> dict[str, Any]:
    return next(one for one in capture["exchanges"] if one["role"] == "page")


def page_fact(**facts: object) -> Act:
    return edit_json(CAPTURE, lambda capture: page_of(capture).update(facts))


def hit(**facts: object) -> Act:
    return edit_json(HIT, lambda value: value.update(facts))


def in_case(**facts: object) -> Act:
    return edit_json(CASE, lambda case: case["exhibits"][1].update(facts))


def decided(**facts: object) -> Act:
    return edit_json(HIT, lambda value: value["decisions"][-1].update(facts))


def node(graph: dict[str, Any], kind: str) -> dict[str, Any]:
    return next(one for one in graph["@graph"] if one["@type"] == kind)


def graph(kind: str, **facts: object) -> Act:
    return edit_json(GRAPH, lambda value: node(value, kind).update(facts))


def without_picture(bundle: Path) -> None:
    """A screenshot taken away everywhere but in the log."""
    (bundle / exhibit(0, "screenshot.png")).unlink()
    path = bundle / exhibit(0, "capture.json")
    value = json.loads(path.read_bytes())
    del value["files"]["screenshot.png"]
    path.write_bytes(pretty(value))


def other_picture(bundle: Path) -> None:
    shutil.copy(bundle / exhibit(0, "dom.html"), bundle / exhibit(0, "screenshot.png"))


def verdict_everywhere(bundle: Path) -> None:
    """The decision turned round in every file but the log."""
    decided(verdict="licensed")(bundle)
    hit(status="licensed")(bundle)
    in_case(verdict="licensed")(bundle)
    cell(2, "verdict", "licensed")(bundle)


def without_exhibit(bundle: Path) -> None:
    """An exhibit taken out of case, table and folders, as if it had never been."""
    shutil.rmtree(bundle / exhibit(1))
    edit_json(CASE, lambda case: case["exhibits"].pop(1))(bundle)
    edit_table(lambda rows: rows.pop(2))(bundle)


DATE = "2020-01-01T00:00:00.000000Z"
TABLE = {
    "page changed": Tampering(edit(exhibit(1, "page.html"), lambda data: data + b" "), "page.html", "page.html"),
    "text changed": Tampering(edit(exhibit(1, "text.txt"), lambda data: data + b" "), "text.txt", "text.txt"),
    "listing changed": Tampering(edit_json(LISTING, lambda value: value.update(title="Another")), LISTING, LISTING),
    "listing not canonical": Tampering(edit(LISTING, lambda data: data + b"\n"), LISTING, LISTING),
    "certificates changed": Tampering(edit(exhibit(1, "tls-chain.pem"), lambda data: data[: len(data) // 2]), "tls-chain.pem", "tls-chain.pem"),
    "certificates deleted": Tampering(delete(exhibit(1, "tls-chain.pem")), "tls-chain.pem", "tls-chain.pem"),
    "picture exchanged": Tampering(other_picture, "screenshot.png", "screenshot.png"),
    "picture taken away": Tampering(without_picture, "screenshot.png", "screenshot.png"),
    "rendered page changed": Tampering(edit(exhibit(0, "dom.html"), lambda data: data + b" "), "dom.html", "dom.html"),
    "hit's URL": Tampering(hit(url="http://other.example/"), HIT, HIT),
    "hit's title": Tampering(hit(title="Another"), HIT, HIT),
    "hit's score": Tampering(hit(score=0.01), HIT, HIT),
    "hit's time of posting": Tampering(hit(posted_at=DATE), HIT, HIT),
    "hit's time as shown": Tampering(hit(posted_at_text="yesterday"), HIT, HIT),
    "hit's time last seen": Tampering(hit(seen_last=DATE), HIT, HIT),
    "hit's poster": Tampering(hit(posted_by="somebody else"), HIT, HIT),
    "hit's links": Tampering(hit(links=[]), HIT, HIT),
    "hit's reasons": Tampering(hit(reasons=[]), HIT, HIT),
    "hit's work": Tampering(hit(work_id="atlas"), HIT, HIT),
    "hit's status": Tampering(hit(status="licensed"), HIT, HIT),
    "hit's name doubled": Tampering(edit(HIT, lambda data: data.replace(b'"score":', b'"score": 1, "score":', 1)), HIT, HIT),
    "hit that is not a number": Tampering(edit(HIT, lambda data: data.replace(b'"score": 0.97', b'"score": NaN')), HIT, HIT),
    "byte order mark before JSON": Tampering(edit(HIT, lambda data: b"\xef\xbb\xbf" + data), HIT, HIT),
    "JSON in UTF-16": Tampering(edit(HIT, lambda data: data.decode().encode("utf-16")), HIT, HIT),
    "JSON nested without end": Tampering(edit(HIT, lambda data: b"[" * 100_000), HIT, HIT),
    "number of many digits": Tampering(edit(HIT, lambda data: data.replace(b"0.97", b"9" * 5000)), HIT, HIT),
    "bytes behind JSON": Tampering(edit(HIT, lambda data: data + b"{}"), HIT, HIT),
    "decision's verdict": Tampering(decided(verdict="licensed"), HIT, HIT),
    "decision's person": Tampering(decided(decided_by="Somebody Else"), HIT, HIT),
    "decision's time": Tampering(decided(decided_at=DATE), HIT, HIT),
    "decision taken out": Tampering(hit(decisions=[]), HIT, HIT),
    "decision turned everywhere": Tampering(verdict_everywhere, HIT, HIT),
    "time of the request": Tampering(page_fact(started=DATE), CAPTURE, CAPTURE),
    "time of the answer": Tampering(page_fact(finished=DATE), CAPTURE, CAPTURE),
    "time of the first byte": Tampering(page_fact(first_byte=DATE), CAPTURE, CAPTURE),
    "monotonic clock": Tampering(page_fact(monotonic_ns="1"), CAPTURE, CAPTURE),
    "status": Tampering(page_fact(status=404), CAPTURE, CAPTURE),
    "server's address": Tampering(page_fact(peer={"address": "192.0.2.7", "port": 80}), CAPTURE, CAPTURE),
    "resolver's answer": Tampering(page_fact(resolved=["192.0.2.7"]), CAPTURE, CAPTURE),
    "TLS facts": Tampering(page_fact(tls=None), CAPTURE, CAPTURE),
    "method": Tampering(page_fact(method="POST"), CAPTURE, CAPTURE),
    "truncation": Tampering(page_fact(truncated="length"), CAPTURE, CAPTURE),
    "error": Tampering(page_fact(error="timeout: x"), CAPTURE, CAPTURE),
    "hash of the response": Tampering(page_fact(response={"sha256": "0" * 64, "bytes": 1}), CAPTURE, CAPTURE),
    "place of a record": Tampering(edit_json(CAPTURE, lambda value: page_of(value)["records"][0].update(offset=0)), CAPTURE, CAPTURE),
    "hash of a record": Tampering(edit_json(CAPTURE, lambda value: page_of(value)["records"][0].update(sha256="0" * 64)), CAPTURE, CAPTURE),
    "an exchange left out": Tampering(edit_json(CAPTURE, lambda value: value["exchanges"].pop(0)), CAPTURE, CAPTURE),
    "a robots answer invented": Tampering(edit_json(CAPTURE, lambda value: value["robots"].update(status=404)), CAPTURE, CAPTURE),
    "number of the exhibit": Tampering(edit_json(CAPTURE, lambda value: value.update(number=7)), CAPTURE, CAPTURE),
    "entry of the exhibit": Tampering(edit_json(CAPTURE, lambda value: value.update(ledger_seq=1)), CAPTURE, CAPTURE),
    "capture of another file": Tampering(edit_json(exhibit(0, "capture.json"), lambda v: v["captures"][0].update(url="http://x.example/")), exhibit(0), exhibit(0)),
    "capture left out": Tampering(edit_json(exhibit(0, "capture.json"), lambda v: v["captures"].clear()), exhibit(0), exhibit(0)),
    "case's title": Tampering(edit_json(CASE, lambda case: case.update(title="Another")), CASE, CASE),
    "case's track": Tampering(edit_json(CASE, lambda case: case.update(track="civil")), CASE, CASE),
    "case's number": Tampering(edit_json(CASE, lambda case: case.update(case="01OTHER")), CASE, CASE),
    "case's log": Tampering(edit_json(CASE, lambda case: case["log"].update(root="0" * 64)), CASE, CASE),
    "verdict in the case": Tampering(in_case(verdict="licensed"), CASE, CASE),
    "work in the case": Tampering(in_case(work_id="atlas"), CASE, CASE),
    "URL in the case": Tampering(in_case(url="http://other.example/"), CASE, CASE),
    "exhibits renumbered": Tampering(in_case(number=9), CASE, CASE),
    "exhibits out of order": Tampering(edit_json(CASE, lambda case: case["exhibits"].reverse()), CASE, CASE),
    "exhibit doubled": Tampering(edit_json(CASE, lambda case: case["exhibits"].append(case["exhibits"][0])), CASE, CASE),
    "exhibit forgotten": Tampering(without_exhibit, exhibit(1), "01JEXH00000000000000000001"),
    "exhibit invented": Tampering(edit_json(CASE, lambda case: case["exhibits"].append(case["exhibits"][0] | {"exhibit": "01INVENTED", "number": 4})), CASE, "01INVENTED"),
    "time in the table": Tampering(cell(2, "seen_utc", DATE), TABLE_FILE, TABLE_FILE),
    "time of the decision in the table": Tampering(cell(2, "decided_at", DATE), TABLE_FILE, TABLE_FILE),
    "address in the table": Tampering(cell(2, "server_address", "192.0.2.7"), TABLE_FILE, TABLE_FILE),
    "hash in the table": Tampering(cell(2, "response_sha256", "0" * 64), TABLE_FILE, TABLE_FILE),
    "verdict in the table": Tampering(cell(2, "verdict", "licensed"), TABLE_FILE, TABLE_FILE),
    "person in the table": Tampering(cell(2, "decided_by", "Somebody Else"), TABLE_FILE, TABLE_FILE),
    "formula in the table": Tampering(cell(2, "posted_by", "=1+1"), TABLE_FILE, TABLE_FILE),
    "rows exchanged": Tampering(edit_table(lambda rows: rows.insert(1, rows.pop(2))), TABLE_FILE, TABLE_FILE),
    "row left out": Tampering(edit_table(lambda rows: rows.pop()), TABLE_FILE, TABLE_FILE),
    "row with a cell more": Tampering(edit_table(lambda rows: rows[2].append("more")), TABLE_FILE, TABLE_FILE),
    "column doubled": Tampering(edit_table(lambda rows: [row.append(row[0]) for row in rows]), TABLE_FILE, TABLE_FILE),
    "table without its mark": Tampering(edit(TABLE_FILE, lambda data: data[3:]), TABLE_FILE, TABLE_FILE),
    "time in the graph": Tampering(edit(GRAPH, lambda data: data.replace(b'"@value": "2026-03-01T08:00:1', b'"@value": "2020-03-01T08:00:1')), GRAPH, GRAPH),
    "URL in the graph": Tampering(edit(GRAPH, lambda data: data.replace(b"harbour.example/thread/42", b"harbour.example/thread/43")), GRAPH, GRAPH),
    "address in the graph": Tampering(replace(GRAPH, '"uco-observable:addressValue": "127.0.0.1"', '"uco-observable:addressValue": "192.0.2.7"'), GRAPH, GRAPH),
    "exhibit's number in the graph": Tampering(replace(GRAPH, '"2 (01JEXH', '"5 (01JEXH'), GRAPH, GRAPH),
    "title in the graph": Tampering(graph("case-investigation:ProvenanceRecord", **{"uco-core:description": "x"}), GRAPH, GRAPH),
    "hash in the graph": Tampering(edit(GRAPH, lambda data: data.replace(b'"xsd:hexBinary", "@value": "', b'"xsd:hexBinary", "@value": "00', 1)), GRAPH, "data/"),
    "graph emptied": Tampering(edit_json(GRAPH, lambda value: value["@graph"].clear()), GRAPH, GRAPH),
    "time in the clock's file": Tampering(edit_json(CLOCK, lambda value: value["ledger"][0].update(utc=DATE)), CLOCK, CLOCK),
    "table and graph disagree": Tampering(both(cell(1, "page_url", "http://other.example/"), cell(1, "url", "http://other.example/")), TABLE_FILE, TABLE_FILE),
}  # fmt: skip


@pytest.mark.parametrize("name", TABLE)
def test_it_is_found_and_named(made: Made, copy: Fresh, name: str) -> None:
    hold(TABLE[name], copy(), made)


# One of each kind: what the script looks at is the same for the others.
BY_SCRIPT = ("page changed", "picture taken away", "exhibit forgotten", "decision turned everywhere")


@pytest.mark.parametrize("name", BY_SCRIPT)
def test_the_script_finds_it(made: Made, copy: Fresh, name: str) -> None:
    hold_script(TABLE[name], copy(), made)
