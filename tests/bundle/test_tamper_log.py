"""Ledger entries, tree head and proofs changed, with every hash that a forger can compute made to agree."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crawler.bundle import layout
from crawler.bundle.bag import pretty
from tests.bundle.conftest import Fresh, Made
from tests.bundle.forger import Entries, edit, edit_json, edit_log, exhibit, read_log, write_log
from tests.bundle.tampering import Tampering, hold, hold_script

LOG, HEAD, CASE_PROOFS = layout.LEDGER, layout.TREE_HEAD, layout.CASE_PROOFS
PROOFS = "data/log/inclusion/01JEXH00000000000000000001.json"


def first(entries: Entries, kind: str) -> dict[str, Any]:
    return next(entry for entry in entries if entry["type"] == kind)


def put(kind: str, key: str, value: object) -> Callable[[Entries], None]:
    def change(entries: Entries) -> None:
        first(entries, kind)[key] = value

    return change


def without(number: int) -> Callable[[Entries], Entries]:
    return lambda entries: entries[:number] + entries[number + 1 :]


def renumber(entries: Entries) -> None:
    for entry in entries[5:]:
        entry["seq"] += 1


def insert_entry(entries: Entries) -> Entries:
    made = dict(first(entries, "decision")) | {
        "seq": 16,
        "decision": "01INVENTED0000000000000000",
        "decided_by": "Nobody",
    }
    place = next(i for i, entry in enumerate(entries) if entry["seq"] > 16)
    return [*entries[:place], made, *entries[place:]]


def exchange_order(entries: Entries) -> Entries:
    return [*entries[:4], entries[5], entries[4], *entries[6:]]


def renumbered_order(entries: Entries) -> None:
    """Two entries exchanged, each under the other's number."""
    one, other = entries[4], entries[5]
    one["seq"], other["seq"] = other["seq"], one["seq"]
    entries[4], entries[5] = other, one


def reversed_verdict(entries: Entries) -> None:
    first(entries, "decision")["verdict"] = "not_infringing"


def no_decisions(entries: Entries) -> Entries:
    return [entry for entry in entries if entry["type"] != "decision"]


def line(change: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    """Change the bytes of the sixth line."""

    def whole(data: bytes) -> bytes:
        found = data.split(b"\n")
        found[5] = change(found[5])
        return b"\n".join(found)

    return edit(LOG, whole)


def stolen_proof(bundle: Path) -> None:
    """An entry's proof put in another's place."""
    value = json.loads((bundle / PROOFS).read_bytes())
    value["entries"][0]["proof"] = value["entries"][1]["proof"]
    (bundle / PROOFS).write_bytes(pretty(value))


def earlier_head(bundle: Path) -> None:
    """A head from before the last decision, as if that had never been; the signature is that of the present head."""
    entries = read_log(bundle)
    write_log(bundle, entries[:-1])
    head = json.loads((bundle / HEAD).read_bytes())
    head |= {"size": head["size"] - 1, "last": entries[-2]["hash"]}
    (bundle / HEAD).write_bytes(json.dumps(head, sort_keys=True, separators=(",", ":")).encode())


def long_proof(value: dict[str, Any]) -> None:
    value["entries"][0]["proof"] += ["00" * 32] * 1000


TABLE = {
    "entry changed": Tampering(edit_log(put("exchange", "address", "192.0.2.7")), LOG, "inclusion"),
    "entry changed, chain made anew": Tampering(edit_log(put("exchange", "address", "192.0.2.7"), chained=True), LOG, "inclusion"),
    "entry changed, tree and proofs made anew": Tampering(edit_log(put("exchange", "address", "192.0.2.7"), proved=True), LOG, "capture.json"),
    "time in an entry changed, all made anew": Tampering(edit_log(put("exchange", "started", "2026-02-01T00:00:00.250000Z"), proved=True), LOG, "capture.json"),
    "hash in an entry changed": Tampering(edit(LOG, lambda data: data.replace(b'"hash":"', b'"hash":"0', 1)), LOG, LOG),
    "link to the entry before changed": Tampering(edit_log(put("exchange", "prev", "0" * 64)), LOG, "entry 5"),
    "entry deleted": Tampering(edit_log(without(5)), LOG, "inclusion"),
    "first entry deleted": Tampering(edit_log(without(0), proved=True), LOG, "entry 0"),
    "last entry deleted": Tampering(edit_log(lambda entries: entries[:-1]), LOG, HEAD),
    "exhibit's entry deleted, all made anew": Tampering(edit_log(without(7), proved=True), LOG, "01JEXH00000000000000000000"),
    "exchange's entry deleted, all made anew": Tampering(edit_log(without(5), proved=True), LOG, exhibit(0)),
    "decisions deleted, all made anew": Tampering(edit_log(no_decisions, proved=True), LOG, "hit.json"),
    "decision reversed, all made anew": Tampering(edit_log(reversed_verdict, proved=True), LOG, "hit.json"),
    "entry inserted": Tampering(edit_log(insert_entry), LOG, "entry 16"),
    "entry doubled": Tampering(edit_log(lambda entries: [*entries[:5], entries[4], *entries[5:]]), LOG, "entry 4"),
    "entries out of order": Tampering(edit_log(exchange_order), LOG, LOG),
    "entries exchanged and renumbered": Tampering(edit_log(renumbered_order, chained=True), LOG, "inclusion"),
    "entries renumbered": Tampering(edit_log(renumber, chained=True), LOG, HEAD),
    "number below nought": Tampering(edit_log(put("init", "seq", -1)), LOG, LOG),
    "number that is no number": Tampering(edit_log(put("exchange", "seq", "3")), LOG, LOG),
    "log emptied": Tampering(edit(LOG, lambda data: b""), LOG, HEAD),
    "log cut in a line": Tampering(edit(LOG, lambda data: data[:-40]), LOG, LOG),
    "zeros behind the log": Tampering(edit(LOG, lambda data: data + b"\0" * 4096), LOG, LOG),
    "empty line": Tampering(edit(LOG, lambda data: data + b"\n"), LOG, LOG),
    "lines end in CR LF": Tampering(edit(LOG, lambda data: data.replace(b"\n", b"\r\n")), LOG, LOG),
    "byte order mark": Tampering(edit(LOG, lambda data: b"\xef\xbb\xbf" + data), LOG, LOG),
    "space in a line": Tampering(line(lambda one: one.replace(b":", b": ", 1)), LOG, LOG),
    "name doubled in a line": Tampering(line(lambda one: one.replace(b'{"', b'{"address":"192.0.2.7","', 1)), LOG, LOG),
    "number too large for readers": Tampering(line(lambda one: one.replace(b'"port":80', b'"port":9007199254740993')), LOG, LOG),
    "not a number": Tampering(line(lambda one: one.replace(b'"port":80', b'"port":NaN')), LOG, LOG),
    "escape where a character stands": Tampering(line(lambda one: one.replace(b"GET", b"\\u0047ET")), LOG, LOG),
    "bad UTF-8": Tampering(line(lambda one: one.replace(b"GET", b"\xc0\xaf")), LOG, LOG),
    "size of the tree": Tampering(edit_json(HEAD, lambda head: head.update(size=head["size"] + 1)), HEAD, HEAD),
    "size of the tree beyond all bounds": Tampering(edit_json(HEAD, lambda head: head.update(size=2**52)), HEAD, HEAD),
    "root of the tree": Tampering(edit_json(HEAD, lambda head: head.update(root="0" * 64)), HEAD, "data/log"),
    "signer of the tree": Tampering(edit_json(HEAD, lambda head: head.update(signer="0" * 64)), HEAD, "Signer-Fingerprint"),
    "signature of the tree": Tampering(edit(layout.TREE_HEAD_SIGNATURE, lambda data: bytes(64)), layout.TREE_HEAD_SIGNATURE),
    "head of an earlier tree": Tampering(earlier_head, HEAD, "inclusion"),
    "proof emptied": Tampering(edit_json(PROOFS, lambda value: value["entries"][0].update(proof=[])), PROOFS, PROOFS),
    "proof of another entry": Tampering(stolen_proof, PROOFS, PROOFS),
    "proof of great length": Tampering(edit_json(PROOFS, long_proof), PROOFS, PROOFS),
    "proof for another tree": Tampering(edit_json(PROOFS, lambda value: value.update(size=5)), PROOFS, PROOFS),
    "proof left out": Tampering(edit_json(PROOFS, lambda value: value["entries"].pop()), PROOFS, "entry"),
    "proof doubled": Tampering(edit_json(PROOFS, lambda value: value["entries"].append(value["entries"][0])), PROOFS, PROOFS),
    "proofs said to be another exhibit's": Tampering(edit_json(PROOFS, lambda value: value.update(exhibit="x")), PROOFS, PROOFS),
    "proof's name doubled": Tampering(edit(PROOFS, lambda data: data.replace(b'"size":', b'"size": 1, "size":', 1)), PROOFS, PROOFS),
    "case's proofs emptied": Tampering(edit_json(CASE_PROOFS, lambda value: value.update(entries=[])), CASE_PROOFS, LOG),
    "consistency emptied": Tampering(edit_json(layout.CONSISTENCY, lambda value: value.update(earlier=[])), layout.CONSISTENCY, "seal.json"),
    "consistency with another root": Tampering(edit_json(layout.CONSISTENCY, lambda value: value["earlier"][0].update(root="0" * 64)), layout.CONSISTENCY, "seal"),
    "consistency for another tree": Tampering(edit_json(layout.CONSISTENCY, lambda value: value.update(root="0" * 64)), layout.CONSISTENCY, layout.CONSISTENCY),
}  # fmt: skip


@pytest.mark.parametrize("name", TABLE)
def test_it_is_found_and_named(made: Made, copy: Fresh, name: str) -> None:
    hold(TABLE[name], copy(), made)


# One of each kind: what the script looks at is the same for the others.
BY_SCRIPT = (
    "entry changed, tree and proofs made anew",
    "root of the tree",
    "signature of the tree",
    "decision reversed, all made anew",
)


@pytest.mark.parametrize("name", BY_SCRIPT)
def test_the_script_finds_it(made: Made, copy: Fresh, name: str) -> None:
    hold_script(TABLE[name], copy(), made)
