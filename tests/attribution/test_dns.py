"""Answers of name servers: read from their bytes, and asked for on real sockets, whatever comes."""

import struct
from collections.abc import Callable

import dns.message
import dns.rcode
import dns.rrset
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.attribution.dns import MOST_VALUES, Reading, RecordType, answers, is_cut, query, read
from crawler.engine.attribution.resolver import MOST_BORNE, MOST_STRANGERS, Resolver
from tests.attribution.name_server import NameServer, coded, cut, header, replies, silent
from tests.decorators import coroutine_test

RECORDS = {
    "films.example": {
        "A": ["192.0.2.7", "192.0.2.8"],
        "AAAA": ["2001:db8::7"],
        "NS": ["ns2.harbour.example.", "NS1.harbour.example."],
        "MX": ["20 spare.example.", "10 post.example."],
    },
    "www.films.example": {"CNAME": ["edge.cdn.example."]},
    "edge.cdn.example": {"A": ["198.51.100.4"]},
    "nomail.example": {"MX": ["0 ."], "A": ["192.0.2.9"]},
    "round.example": {"CNAME": ["about.example."]},
    "about.example": {"CNAME": ["round.example."]},
}
SECONDS = 60.0
"""Longer than any machine is busy: only a test of silence waits for less."""


@pytest.mark.parametrize(
    ("name", "record", "expected"),
    [
        ("films.example", "A", Reading("answered", ("192.0.2.7", "192.0.2.8"))),
        ("films.example", "AAAA", Reading("answered", ("2001:db8::7",))),
        ("films.example", "NS", Reading("answered", ("ns1.harbour.example", "ns2.harbour.example"))),
        ("films.example", "MX", Reading("answered", ("post.example", "spare.example"))),
        ("www.films.example", "A", Reading("answered", ("198.51.100.4",), ("edge.cdn.example",))),
        ("www.films.example", "AAAA", Reading("answered", (), ("edge.cdn.example",))),
        ("nomail.example", "MX", Reading("no-data")),
        ("nomail.example", "AAAA", Reading("no-data")),
        ("gone.example", "A", Reading("no-such-name")),
        ("round.example", "A", Reading("alias-loop", (), ("about.example",))),
    ],
)
@coroutine_test
async def test_each_kind_of_record_is_asked_for_and_read(name: str, record: RecordType, expected: Reading) -> None:
    with NameServer(RECORDS) as server:
        asked = await Resolver("127.0.0.1", server.port, seconds=SECONDS).ask(name, record)
    assert asked.reading == expected
    assert asked.resolver == server.place and asked.attempts == 1 and asked.asked_at <= asked.finished_at
    (message,) = asked.messages
    assert (message.over, message.is_answer) == ("udp", True)
    assert message.data[:2] == asked.question[:2] and read(name, record, message.data) == expected


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        (dns.rcode.SERVFAIL, "server-failure"),
        (dns.rcode.REFUSED, "refused"),
        (dns.rcode.NOTIMP, "other-failure"),
    ],
)
@coroutine_test
async def test_a_failure_is_recorded_as_what_it_is(code: dns.rcode.Rcode, outcome: str) -> None:
    with NameServer(RECORDS) as server:
        server.behaviours["films.example", "A"] = coded(code)
        asked = await Resolver("127.0.0.1", server.port, seconds=SECONDS).ask("films.example", "A")
    assert asked.reading == Reading(outcome) and len(asked.messages) == 1  # type: ignore[arg-type]


@coroutine_test
async def test_silence_is_waited_for_twice_and_a_closed_port_is_told_from_it() -> None:
    with NameServer(RECORDS) as server:
        server.behaviours["films.example", "A"] = silent
        asked = await Resolver("127.0.0.1", server.port, seconds=0.2).ask("films.example", "A")
    assert (asked.reading, asked.attempts, asked.messages) == (Reading("silent"), 2, ())
    closed = await Resolver("127.0.0.9", server.port, seconds=SECONDS).ask("films.example", "A")
    assert (closed.reading, closed.messages) == (Reading("unreachable"), ()) and closed.detail


@coroutine_test
async def test_what_was_cut_is_asked_for_over_tcp() -> None:
    many = [f"192.0.2.{n}" for n in range(1, 255)]
    reply = dns.message.make_response(dns.message.from_wire(query("films.example", "A")))
    reply.answer.append(dns.rrset.from_text("films.example.", 60, "IN", "A", *many))
    with NameServer(RECORDS) as server:
        server.behaviours["films.example", "A"] = cut(reply.to_wire(max_size=65_535))
        asked = await Resolver("127.0.0.1", server.port, seconds=SECONDS).ask("films.example", "A")
        server.behaviours["films.example", "AAAA"] = cut(None)
        lost = await Resolver("127.0.0.1", server.port, seconds=SECONDS).ask("films.example", "AAAA")
        server.behaviours["films.example", "MX"] = lambda question, over: (
            cut(None)(question, over) if over == "udp" else [b"\x00\x00" + question[2:]]
        )
        strange = await Resolver("127.0.0.1", server.port, seconds=SECONDS).ask("films.example", "MX")
    assert [(m.over, is_cut(m.data)) for m in asked.messages] == [("udp", True), ("tcp", False)]
    assert asked.reading.outcome == "answered" and len(asked.reading.values) == MOST_VALUES
    assert lost.reading == Reading("truncated") and "TCP" in lost.detail
    assert strange.reading == Reading("truncated") and [m.is_answer for m in strange.messages] == [True, False]


@coroutine_test
async def test_answers_to_something_else_are_kept_and_not_believed() -> None:
    def other_id(question: bytes) -> bytes:
        return bytes([question[0] ^ 0xFF]) + NameServer.answer(server, question)[1:]

    def other_name(question: bytes) -> bytes:
        return question[:2] + server.answer(query("nomail.example", "A"))[2:]

    with NameServer(RECORDS) as server:
        server.behaviours["films.example", "A"] = replies(other_id, other_name, server.answer)
        right = await Resolver("127.0.0.1", server.port, seconds=SECONDS).ask("films.example", "A")
        server.behaviours["films.example", "A"] = replies(*[other_id] * MOST_BORNE)
        wrong = await Resolver("127.0.0.1", server.port, seconds=SECONDS).ask("films.example", "A")
    assert right.reading.values == ("192.0.2.7", "192.0.2.8")
    assert [m.is_answer for m in right.messages] == [False, False, True]
    assert wrong.reading == Reading("mismatched") and len(wrong.messages) == MOST_STRANGERS


def _loops(question: bytes) -> bytes:
    """An answer whose name points at itself."""
    head = header(question)
    return head + b"\xc0" + bytes([len(head)]) + struct.pack("!HHIH", 1, 1, 60, 4) + b"\xc0\x00\x02\x01"


def _overruns(question: bytes) -> bytes:
    """A record that claims more bytes than there are."""
    return header(question) + b"\xc0\x0c" + struct.pack("!HHIH", 1, 1, 60, 60_000) + b"\xc0\x00"


def _promises(question: bytes) -> bytes:
    """A head that announces more records than could ever follow."""
    return header(question, 65_535)


def _forward(question: bytes) -> bytes:
    """A name that points ahead of itself."""
    return header(question) + b"\xff\xff" + struct.pack("!HHIH", 1, 1, 60, 4) + b"\xc0\x00\x02\x01"


@pytest.mark.parametrize("make", [_loops, _overruns, _promises, _forward])
@coroutine_test
async def test_a_hostile_answer_is_kept_and_called_malformed(make: Callable[[bytes], bytes]) -> None:
    with NameServer(RECORDS) as server:
        server.behaviours["films.example", "A"] = replies(make)
        asked = await Resolver("127.0.0.1", server.port, seconds=SECONDS).ask("films.example", "A")
    assert asked.reading == Reading("malformed")
    assert [m.data for m in asked.messages] == [make(asked.question)]


def test_records_of_other_names_are_nobodys_word() -> None:
    question = query("films.example", "A")
    reply = dns.message.make_response(dns.message.from_wire(question))
    reply.answer.append(dns.rrset.from_text("bank.example.", 60, "IN", "A", "192.0.2.66"))
    reply.answer.append(dns.rrset.from_text("films.example.", 60, "IN", "A", "192.0.2.7"))
    reply.additional.append(dns.rrset.from_text("films.example.", 60, "IN", "A", "192.0.2.99"))
    assert read("films.example", "A", reply.to_wire()) == Reading("answered", ("192.0.2.7",))


@pytest.mark.parametrize("name", ["", ".", "..", "a" * 64 + ".example", ".".join(["a" * 60] * 5)])
def test_what_is_no_name_is_not_asked_for(name: str) -> None:
    with pytest.raises(ValueError, match="not a name"):
        query(name, "A")


@given(st.binary(max_size=600))
def test_whatever_comes_is_read_without_a_fault(noise: bytes) -> None:
    question = query("films.example", "A")
    for message in (noise, question[:2] + noise, header(question) + noise):
        assert read("films.example", "A", message).outcome
        assert answers(question, message) in (True, False)
