"""One answer of a name server, read from its bytes (RFC 1035, 2181, 3596): what it says of one name, or how it fails to."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, get_args

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.rrset

from crawler.hosts import as_address

RecordType = Literal["A", "AAAA", "NS", "MX"]
RECORD_TYPES: tuple[RecordType, ...] = get_args(RecordType)
Outcome = Literal[
    "answered",
    "no-data",
    "no-such-name",
    "server-failure",
    "refused",
    "other-failure",
    "alias-loop",
    "malformed",
    "mismatched",
    "truncated",
    "silent",
    "unreachable",
]
"""``no-data``: the name is there and has no such record; ``other-failure``: any further response code; ``mismatched``: only
answers to something else came; ``truncated``: what was cut over UDP could not be had over TCP; ``silent``: no answer in
time; ``unreachable``: the resolver's machine takes no question."""
SETTLED: frozenset[Outcome] = frozenset({"answered", "no-data", "no-such-name", "alias-loop"})
"""What says something of the name, and not of the resolver."""
MOST_VALUES = 64
MOST_ALIASES = 16
_FAILURES: dict[int, Outcome] = {
    dns.rcode.NXDOMAIN: "no-such-name",
    dns.rcode.SERVFAIL: "server-failure",
    dns.rcode.REFUSED: "refused",
}


@dataclass(frozen=True, slots=True)
class Reading:
    """What an answer says of the name that was asked for; names are lower case, in ASCII, without the last dot."""

    outcome: Outcome
    values: tuple[str, ...] = ()
    """Addresses, or names of servers; the mail servers in the order of their preference, the others sorted."""
    aliases: tuple[str, ...] = ()
    """Where the name leads by CNAME, one after the other."""


def query(name: str, record: RecordType) -> bytes:
    """A question for a recursive resolver, with room for 1232 bytes over UDP (RFC 6891). Raises ValueError for no name."""
    try:
        asked = dns.name.from_text(name)
        question = dns.message.make_query(asked, record, use_edns=0, payload=1232).to_wire()
    except (dns.exception.DNSException, UnicodeError) as error:
        raise ValueError(f"not a name ({error})") from None
    if asked == dns.name.root:
        raise ValueError("not a name of anything")
    return question


def answers(question: bytes, message: bytes) -> bool:
    """Whether a message claims to answer a question: same id, a response, and the same question where it repeats one."""
    if len(message) < 12 or message[:2] != question[:2] or not message[2] & 0x80:
        return False
    if message[4:6] == b"\x00\x00":
        # Some servers leave the question out of a refusal.
        return message[3] & 0x0F != 0
    end = _end_of_question(question)
    return message[4:6] == b"\x00\x01" and message[12:end].lower() == question[12:end].lower()


def is_cut(message: bytes) -> bool:
    """Whether a message says that it was too long for UDP (TC), and is to be asked for over TCP."""
    return len(message) >= 4 and bool(message[2] & 0x02)


def read(name: str, record: RecordType, message: bytes) -> Reading:
    """What a whole message says of a name; what breaks the format, loops in its compression included, is ``malformed``."""
    try:
        asked = dns.name.from_text(name)
        parsed = dns.message.from_wire(message, ignore_trailing=True)
    except (dns.exception.DNSException, ValueError, IndexError):
        return Reading("malformed")
    code = parsed.rcode()
    if code not in (dns.rcode.NOERROR, dns.rcode.NXDOMAIN):
        return Reading(_FAILURES.get(code, "other-failure"))
    chain, is_loop = _chain(parsed, asked)
    aliases = tuple(_plain(alias) for alias in chain)
    if is_loop:
        return Reading("alias-loop", (), aliases)
    if code == dns.rcode.NXDOMAIN:
        return Reading("no-such-name", (), aliases)
    values = tuple(_values(parsed, chain[-1] if chain else asked, record))
    return Reading("answered" if values or aliases else "no-data", values, aliases)


def _end_of_question(question: bytes) -> int:
    """Where the one question of a message that we made ends: its name, its type, its class."""
    place = 12
    while question[place]:
        place += question[place] + 1
    return place + 5


def _chain(parsed: dns.message.Message, asked: dns.name.Name) -> tuple[list[dns.name.Name], bool]:
    """The names to which a name leads in an answer, and whether they come round to one of them."""
    leads = {
        one.name: one[0].target for one in _sets(parsed, dns.rdatatype.CNAME)
    }  # fmt: skip
    chain: list[dns.name.Name] = []
    at = asked
    while at in leads and len(chain) < MOST_ALIASES:
        at = leads[at]
        if at == asked or at in chain:
            return chain, True
        chain.append(at)
    return chain, at in leads


def _values(parsed: dns.message.Message, owner: dns.name.Name, record: RecordType) -> list[str]:
    """The records of the asked type that belong to the name itself: what else stands in an answer is nobody's word."""
    kind = dns.rdatatype.from_text(record)
    found = [value for one in _sets(parsed, kind) if one.name == owner for value in one]
    if record == "MX":
        # A mail server named "." says that there is none (RFC 7505).
        named = sorted((value.preference, _plain(value.exchange)) for value in found)
        return [name for _, name in named if name][:MOST_VALUES]
    if record == "NS":
        return sorted({name for value in found if (name := _plain(value.target))})[:MOST_VALUES]
    spelled = {value.address for value in found if as_address(value.address) is not None}
    return sorted(spelled)[:MOST_VALUES]


def _sets(parsed: dns.message.Message, kind: dns.rdatatype.RdataType) -> Iterator[dns.rrset.RRset]:
    return (one for one in parsed.answer if one.rdtype == kind and len(one) > 0)


def _plain(name: dns.name.Name) -> str:
    return name.canonicalize().to_text(omit_final_dot=True).removesuffix(".")
