"""A real name server on loopback, over UDP and TCP, that answers from records or as a test tells it to."""

import socketserver
import struct
import threading
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Literal, Self

import dns.flags
import dns.message
import dns.rcode
import dns.rrset

Over = Literal["udp", "tcp"]
Behaviour = Callable[[bytes, Over], Sequence[bytes]]
"""Question and transport -> the messages that are sent, byte for byte; none is silence."""


class NameServer:
    """Listens on 127.0.0.1 and a free port; `asked` collects name, type and transport of every question."""

    def __init__(self, records: dict[str, dict[str, list[str]]] | None = None) -> None:
        self.records = records or {}
        """Name without the last dot -> type -> values; a name that is not there does not exist."""
        self.behaviours: dict[tuple[str, str], Behaviour] = {}
        """Name and type -> what is done in place of answering from the records."""
        self.asked: list[tuple[str, str, Over]] = []
        tcp, self._udp = _pair(self)
        self._tcp = tcp
        self.port = int(tcp.server_address[1])
        self._threads = [
            threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
            for server in (self._tcp, self._udp)
        ]

    @property
    def place(self) -> str:
        """As the settings name it."""
        return f"127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for server in (self._tcp, self._udp):
            server.shutdown()
            server.server_close()

    def answers(self, question: bytes, over: Over) -> Sequence[bytes]:
        """What is sent to a question."""
        message = dns.message.from_wire(question)
        name = message.question[0].name.to_text(omit_final_dot=True).lower()
        kind = dns.rdatatype.to_text(message.question[0].rdtype)
        self.asked.append((name, kind, over))
        if behaviour := self.behaviours.get((name, kind)):
            return behaviour(question, over)
        return [self.answer(question)]

    def answer(self, question: bytes) -> bytes:
        """An answer from the records, aliases followed as a recursive resolver follows them."""
        asked = dns.message.from_wire(question)
        reply = dns.message.make_response(asked)
        reply.flags |= dns.flags.RA
        name = asked.question[0].name.to_text(omit_final_dot=True).lower()
        kind = dns.rdatatype.to_text(asked.question[0].rdtype)
        for _ in range(20):
            known = self.records.get(name)
            if known is None:
                reply.set_rcode(dns.rcode.NXDOMAIN)
                break
            if kind in known:
                reply.answer.append(dns.rrset.from_text(f"{name}.", 60, "IN", kind, *known[kind]))
                break
            if "CNAME" not in known:
                break
            reply.answer.append(dns.rrset.from_text(f"{name}.", 60, "IN", "CNAME", *known["CNAME"]))
            name = known["CNAME"][0].rstrip(".").lower()
        return reply.to_wire()


def coded(code: dns.rcode.Rcode) -> Behaviour:
    """Answers with a response code and nothing else."""

    def behave(question: bytes, over: Over) -> list[bytes]:
        reply = dns.message.make_response(dns.message.from_wire(question))
        reply.set_rcode(code)
        return [reply.to_wire()]

    return behave


def silent(question: bytes, over: Over) -> list[bytes]:
    """Says nothing."""
    return []


def cut(whole: bytes | None) -> Behaviour:
    """Cuts the answer over UDP; over TCP it is `whole` with the question's id, or nothing."""

    def behave(question: bytes, over: Over) -> list[bytes]:
        reply = dns.message.make_response(dns.message.from_wire(question))
        reply.flags |= dns.flags.TC
        if over == "udp":
            return [reply.to_wire()]
        return [] if whole is None else [question[:2] + whole[2:]]

    return behave


def header(question: bytes, answers: int = 1, flags: bytes = b"\x81\x80") -> bytes:
    """The head of a response to a question, and the question itself, for messages that no library would make."""
    end = question.index(b"\x00", 12) + 5
    return question[:2] + flags + struct.pack("!4H", 1, answers, 0, 0) + question[12:end]


class _Tcp(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True


class _Udp(socketserver.ThreadingUDPServer):
    daemon_threads = True
    block_on_close = False
    max_packet_size = 65_535


def _pair(server: NameServer) -> tuple[_Tcp, _Udp]:
    """TCP and UDP on one port."""

    class Stream(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            head = self.rfile.read(2)
            if len(head) == 2:
                for message in server.answers(self.rfile.read(struct.unpack("!H", head)[0]), "tcp"):
                    self.wfile.write(struct.pack("!H", len(message)) + message)

    class Datagram(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            question, socket = self.request
            for message in server.answers(question, "udp"):
                socket.sendto(message, self.client_address)

    for _ in range(50):
        tcp = _Tcp(("127.0.0.1", 0), Stream)
        try:
            return tcp, _Udp(tcp.server_address[:2], Datagram)
        except OSError:
            # Somebody else has the number for datagrams.
            tcp.server_close()
    raise AssertionError("no port is free for both")


def replies(*messages: Callable[[bytes], bytes]) -> Behaviour:
    """Sends what each function makes of the question."""

    def behave(question: bytes, over: Over) -> list[bytes]:
        return [make(question) for make in messages]

    return behave
