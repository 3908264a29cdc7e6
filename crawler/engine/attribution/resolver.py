"""One recursive resolver, asked over UDP, and over TCP where its answer was cut (RFC 1035, 7766); every message kept."""

import asyncio
import struct
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from crawler import clock
from crawler.attribution.dns import Reading, RecordType, answers, is_cut, query, read

SECONDS = 5.0
ATTEMPTS = 2
MOST_STRANGERS = 8
"""Messages kept that answer something else."""
MOST_BORNE = 64
"""After so many of them nothing more is believed to be the answer."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message that came, byte for byte."""

    data: bytes
    over: Literal["udp", "tcp"]
    at: datetime
    is_answer: bool
    """Whether it claims to answer what was asked."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One question to one resolver, and all that came of it."""

    name: str
    record: RecordType
    resolver: str
    """``address:port``."""
    question: bytes
    asked_at: datetime
    finished_at: datetime
    messages: tuple[Message, ...]
    reading: Reading
    attempts: int
    detail: str = ""
    """What the machine said where nothing was answered."""


class Resolver:
    """Asks one resolver. A question is repeated once when nothing comes, with the same bytes."""

    def __init__(self, address: str, port: int, *, seconds: float = SECONDS, attempts: int = ATTEMPTS) -> None:
        self.name = f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
        self._place = address, port
        self._seconds, self._attempts = seconds, attempts

    async def ask(self, name: str, record: RecordType) -> Asked:
        """Ask for the records of a name. Raises ValueError for what is no name."""
        question, asked_at = query(name, record), clock.now()
        tries = _Tries(question)
        # What cannot be reached fails at once, and is tried again as what is silent.
        while tries.attempts < self._attempts and tries.answer is None and not tries.strangers:
            tries.attempts += 1
            await self._udp(tries)
        reading = Reading("mismatched" if tries.strangers else "unreachable" if tries.detail else "silent")
        if tries.answer is not None and is_cut(tries.answer.data):
            whole = await self._tcp(tries)
            reading = read(name, record, whole) if whole is not None else Reading("truncated")
        elif tries.answer is not None:
            reading = read(name, record, tries.answer.data)
        return Asked(
            name, record, self.name, question, asked_at, clock.now(), tuple(tries.messages), reading, tries.attempts,
            tries.detail,
        )  # fmt: skip

    async def _udp(self, tries: "_Tries") -> None:
        loop = asyncio.get_running_loop()
        try:
            transport, listener = await loop.create_datagram_endpoint(_Listener, remote_addr=self._place)
        except OSError as error:
            tries.detail = str(error)
            return
        try:
            transport.sendto(tries.question)
            async with asyncio.timeout(self._seconds):
                while tries.answer is None and tries.strangers < MOST_BORNE:
                    tries.take(await listener.next(), "udp")
        except TimeoutError:
            return
        except OSError as error:
            tries.detail = str(error)
        finally:
            transport.close()

    async def _tcp(self, tries: "_Tries") -> bytes | None:
        """The whole answer over TCP; None when there is none."""
        writer = None
        try:
            async with asyncio.timeout(self._seconds):
                reader, writer = await asyncio.open_connection(*self._place)
                writer.write(struct.pack("!H", len(tries.question)) + tries.question)
                (length,) = struct.unpack("!H", await reader.readexactly(2))
                data = await reader.readexactly(length)
        except TimeoutError:
            tries.detail = "no whole answer over TCP in time"
            return None
        except (OSError, EOFError) as error:
            tries.detail = f"TCP: {error}"
            return None
        finally:
            if writer is not None:
                writer.close()
        tries.take(data, "tcp")
        return data if answers(tries.question, data) else None


@dataclass(slots=True)
class _Tries:
    """What has come so far of one question."""

    question: bytes
    attempts: int = 0
    strangers: int = 0
    detail: str = ""
    answer: Message | None = None
    messages: list[Message] = field(default_factory=list)

    def take(self, data: bytes, over: Literal["udp", "tcp"]) -> None:
        message = Message(data, over, clock.now(), answers(self.question, data))
        if message.is_answer:
            self.answer = self.answer or message
        else:
            self.strangers += 1
        if message.is_answer or self.strangers <= MOST_STRANGERS:
            self.messages.append(message)


class _Listener(asyncio.DatagramProtocol):
    """Hands on what arrives from the one resolver to which the socket is bound: the system lets nobody else in."""

    def __init__(self) -> None:
        self._arrived: asyncio.Queue[bytes | OSError] = asyncio.Queue()

    def datagram_received(self, data: bytes, addr: object) -> None:
        self._arrived.put_nowait(data)

    def error_received(self, exc: Exception) -> None:
        self._arrived.put_nowait(exc if isinstance(exc, OSError) else OSError(str(exc)))

    async def next(self) -> bytes:
        """The next datagram. Raises OSError where the system says that none will come."""
        arrived = await self._arrived.get()
        if isinstance(arrived, OSError):
            raise arrived
        return arrived
