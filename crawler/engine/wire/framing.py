"""Where a response's head, body and end are, found while its bytes arrive (RFC 9112, 6)."""

import re
from enum import Enum

from crawler.engine.wire.lenient import Head, parse_head, starts_like_http

HEAD_LIMIT = 256 * 1024
SAMPLE = 64
_HEAD_END = re.compile(rb"\n\r?\n")
INTERIM_LIMIT = 20
CHUNK_LIMIT = 100_000
"""More chunks than that are an attack on memory, not a page."""
_NO_BODY = frozenset({204, 304})
_CHUNK_LINE_LIMIT = 64 * 1024
_CHUNK_SIZE = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,16})[ \t]*(?:;.*)?", re.DOTALL)


class State(Enum):
    """What the next byte belongs to."""

    HEAD = "head"
    COUNTED = "counted body"
    CHUNK_SIZE = "chunk size"
    CHUNK_DATA = "chunk data"
    CHUNK_END = "chunk end"
    TRAILERS = "trailers"
    UNTIL_CLOSE = "body until close"
    DONE = "done"


class Framing:
    """Follows one response as it arrives; keeps offsets, never the bytes.

    A malformed message is read on until the peer closes: what cannot be understood
    is still received.
    """

    def __init__(self, method: str) -> None:
        self.head: Head | None = None
        self.state = State.HEAD
        self.received = 0
        self.body_start: int | None = None
        """The offset of the first byte after the final head."""
        self.sample = b""
        """The first bytes of the decoded body."""
        self.surplus = 0
        """Bytes after the message's end."""
        self._problems: list[str] = []
        self._method = method
        self._buffer = bytearray()
        self._blank = 0
        """Bytes of line ends before the status line that `_buffer` begins with."""
        self._spans: list[list[int]] = []
        self._left = 0
        self._mute = False
        self._interim = 0

    @property
    def done(self) -> bool:
        """True when the message is whole."""
        return self.state is State.DONE

    @property
    def problems(self) -> tuple[str, ...]:
        """What was forgiven, in plain words, in the order in which it was met."""
        surplus = (f"{self.surplus} bytes after the message's end",) if self.surplus else ()
        return (*(self.head.problems if self.head else ()), *self._problems, *surplus)

    def feed(self, data: bytes) -> None:
        """Take the next bytes, as they came from the connection."""
        offset, self.received = self.received, self.received + len(data)
        at, end = 0, len(data)
        while at < end and self.state is not State.DONE:
            if self.state is State.HEAD:
                at = self._take_head(data, at, offset)
            elif self.state is State.UNTIL_CLOSE:
                self._span(offset + at, data[at : at + SAMPLE], end - at)
                at = end
            elif self.state in (State.COUNTED, State.CHUNK_DATA):
                taken = min(self._left, end - at)
                self._span(offset + at, data[at : at + min(taken, SAMPLE)], taken)
                self._left -= taken
                at += taken
                if not self._left:
                    self.state = State.DONE if self.state is State.COUNTED else State.CHUNK_END
            else:
                at = self._take_line(data, at, offset)
        if self.state is State.DONE:
            self.surplus += end - at

    def closed(self) -> str | None:
        """Tell that the peer closed the connection; returns what is wrong, or None when the message is whole.

        Afterwards `done` is False only where bytes are missing: a message that cannot be
        read to its end is broken, not cut.
        """
        if self.state is State.HEAD:
            head = parse_head(bytes(self._buffer)) if self._buffer else None
            self.head = self.head or head
            return "closed within the head" if self.received else "closed without a response"
        if self.state is State.UNTIL_CLOSE:
            self.state = State.DONE
            return None if self.head is not None else "no status line"
        if self.state is State.CHUNK_SIZE and not self._spans and self.body_start is not None:
            self._problems.append("a body that was announced as chunked and is not")
            self._spans = [[self.body_start, self.received]]
            self.sample = bytes(self._buffer[:SAMPLE])
            self.state = State.DONE
        if self.state is State.TRAILERS:
            self._problems.append("a chunked body without its last line")
            self.state = State.DONE
        if self._mute:
            self.state = State.DONE
            return f"{self._problems[-1]}; what followed could not be read"
        if self.state is State.COUNTED:
            return f"{self._left} bytes of the body are missing"
        return None if self.state is State.DONE else f"closed within the {self.state.value} of a chunked body"

    @property
    def body_length(self) -> int:
        """Bytes of the body with its transfer coding undone, as far as it came."""
        return sum(end - start for start, end in self._spans)

    def body(self, raw: bytes | memoryview, most: int | None = None) -> bytes | memoryview:
        """The body with its transfer coding undone, `most` bytes of it, from the bytes of the whole connection."""
        if len(self._spans) == 1:
            start, end = self._spans[0]
            return raw[start : end if most is None else min(end, start + most)]
        view, pieces, length = memoryview(raw), [], 0
        for start, end in self._spans:
            if most is not None and length >= most:
                break
            pieces.append(view[start:end])
            length += end - start
        return b"".join(pieces)[:most]

    def _take_head(self, data: bytes, at: int, offset: int) -> int:
        known = len(self._buffer)
        self._buffer += data[at:]
        while self._blank < len(self._buffer) and self._buffer[self._blank] in b"\r\n":
            self._blank += 1
        if not starts_like_http(bytes(self._buffer[self._blank : self._blank + 5])):
            self._give_up("the response does not begin with a status line")
            return len(data)
        found = _HEAD_END.search(self._buffer, max(self._blank, known - 2))
        if found is None:
            if len(self._buffer) > HEAD_LIMIT:
                self._give_up(f"the head is longer than {HEAD_LIMIT} bytes")
            return len(data)
        raw, blank = bytes(self._buffer[: found.end()]), self._blank
        at += found.end() - known
        self._buffer, self._blank = bytearray(), 0
        head = parse_head(raw)
        if head is None:
            self._give_up("the status line cannot be read")
            return len(data)
        if blank:
            self._problems.append("blank lines before the status line")
        if 100 <= head.status < 200 and head.status != 101:
            self._problems.extend(head.problems)
            self._interim += 1
            if self._interim > INTERIM_LIMIT:
                self._give_up(f"more than {INTERIM_LIMIT} interim responses")
                return len(data)
            return at
        self.head = head
        self.body_start = offset + at
        self._choose_body(head)
        return at

    def _give_up(self, problem: str) -> None:
        """Without a head there is no body: the rest is received and not interpreted."""
        self._problems.append(problem)
        self._buffer = bytearray()
        self._mute = True
        self.state = State.UNTIL_CLOSE

    def _choose_body(self, head: Head) -> None:
        if self._method == "HEAD" or head.status in _NO_BODY:
            self.state = State.DONE
            return
        codings = [c.strip().lower() for c in b",".join(head.values(b"transfer-encoding")).split(b",")]
        codings = [coding for coding in codings if coding not in (b"", b"identity")]
        lengths = [c.strip() for c in b",".join(head.values(b"content-length")).split(b",") if c.strip()]
        if codings and codings[-1] == b"chunked":
            if lengths:
                self._problems.append("both Content-Length and Transfer-Encoding")
            self.state = State.CHUNK_SIZE
            return
        if codings:
            self._problems.append("a transfer coding that is not known")
        self.state = State.UNTIL_CLOSE
        if not lengths or codings:
            return
        if any(not length.isdigit() or len(length) > 18 for length in lengths) or len({int(n) for n in lengths}) > 1:
            self._problems.append("Content-Length is no number, or several that differ")
            return
        if len(lengths) > 1:
            self._problems.append("Content-Length more than once")
        self._left = int(lengths[0])
        self.state = State.COUNTED if self._left else State.DONE

    def _take_line(self, data: bytes, at: int, offset: int) -> int:
        newline = data.find(b"\n", at)
        stop = newline + 1 if newline >= 0 else len(data)
        self._buffer += data[at:stop]
        if self.state is State.CHUNK_END and not b"\r\n".startswith(bytes(self._buffer)) and self._buffer != b"\n":
            return self._lose_chunks("a chunk does not end where it says", data)
        if len(self._buffer) > _CHUNK_LINE_LIMIT:
            if self.state is State.CHUNK_SIZE:
                return self._lose_chunks(
                    "a chunk size that is no number", data, offset, bytes(self._buffer) + data[stop:]
                )
            # Of a trailer only its ends matter here, and a server may send one without end.
            del self._buffer[2:-2]
        if newline < 0:
            return stop
        line, self._buffer = bytes(self._buffer), bytearray()
        if not line.endswith(b"\r\n") and "a chunk line ends with LF alone" not in self._problems:
            self._problems.append("a chunk line ends with LF alone")
        taken, line = line, line.rstrip(b"\r\n")
        if self.state is State.CHUNK_END:
            self.state = State.CHUNK_SIZE
        elif self.state is State.TRAILERS:
            self.state = State.TRAILERS if line else State.DONE
        else:
            size = _CHUNK_SIZE.fullmatch(line)
            if size is None:
                return self._lose_chunks("a chunk size that is no number", data, offset, taken + data[stop:])
            self._left = int(size[1], 16)
            if len(self._spans) >= CHUNK_LIMIT:
                return self._lose_chunks(f"more than {CHUNK_LIMIT} chunks", data)
            self.state = State.CHUNK_DATA if self._left else State.TRAILERS
        return stop

    def _lose_chunks(self, problem: str, data: bytes, offset: int | None = None, start: bytes = b"") -> int:
        """Read on until the close; a body that never was chunked is taken as it is, the rest after a broken chunk is not."""
        self._problems.append(problem)
        self._buffer = bytearray()
        if not self._spans and offset is not None and self.body_start is not None:
            self._spans = [[self.body_start, self.received]]
            self.sample = start[:SAMPLE]
            self.state = State.UNTIL_CLOSE
        else:
            self.state = State.COUNTED
            self._left = 1 << 62
            self._mute = True
        return len(data)

    def _span(self, start: int, first: bytes, length: int) -> None:
        if self._mute or not length:
            return
        if len(self.sample) < SAMPLE:
            self.sample = (self.sample + first)[:SAMPLE]
        if self._spans and self._spans[-1][1] == start:
            self._spans[-1][1] = start + length
        else:
            self._spans.append([start, start + length])
