"""The head of a response as a browser would read it: forgiving, and telling what it forgave."""

import re
from dataclasses import dataclass

_STATUS_LINE = re.compile(rb"HTTP/?([^ \t]*)[ \t]+(\d{3})(?!\d)[ \t]*(.*)", re.IGNORECASE | re.DOTALL)
_TOKEN = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")


@dataclass(frozen=True, slots=True)
class Head:
    """A status line and its fields, in order, names as they were written."""

    version: str
    """``1.1``; empty when the server wrote none."""
    status: int
    reason: bytes
    fields: tuple[tuple[bytes, bytes], ...]
    problems: tuple[str, ...] = ()
    """What RFC 9112 does not allow and was forgiven, in plain words."""

    def values(self, name: bytes) -> list[bytes]:
        """All values of a field, by its lower-case name."""
        return [value for key, value in self.fields if key.lower() == name]

    def first(self, name: bytes) -> bytes:
        """The first value of a field, by its lower-case name; empty when there is none."""
        return next((value for key, value in self.fields if key.lower() == name), b"")


def starts_like_http(start: bytes) -> bool:
    """False as soon as the first bytes can no longer be those of a status line."""
    start = start.lstrip(b"\r\n")[:5].upper()
    return b"HTTP/".startswith(start)


def parse_head(raw: bytes) -> Head | None:
    """Read a status line and header fields (RFC 9112, 4 and 5); None when no status line can be made out.

    Bare LF, folded fields, a field without a colon, blanks before a colon, and bytes
    beyond ASCII are forgiven and named in `Head.problems`.
    """
    problems: list[str] = []
    lines = raw.lstrip(b"\r\n").split(b"\n")
    if any(line and not line.endswith(b"\r") for line in lines[:-1]):
        problems.append("a line ends with LF alone")
    lines = [line.removesuffix(b"\r") for line in lines]
    status_line = _STATUS_LINE.match(lines[0])
    if status_line is None:
        return None
    version, status, reason = status_line.groups()
    if version not in (b"1.0", b"1.1"):
        problems.append(f"the status line names HTTP version {version.decode('ascii', 'replace') or 'nothing'}")
    fields: list[tuple[bytes, bytes]] = []
    for line in lines[1:]:
        if not line:
            continue
        if line[:1] in b" \t":
            problems.append("a folded header field")
            if fields:
                name, value = fields[-1]
                fields[-1] = (name, (value + b" " + line.strip()).strip())
            continue
        name, colon, value = line.partition(b":")
        if not colon:
            problems.append("a header line without a colon")
            continue
        if not _TOKEN.fullmatch(name):
            problems.append("a header name with characters that are not allowed")
            name = name.strip()
            if not name:
                continue
        fields.append((name, value.strip(b" \t")))
    if b"\0" in raw:
        problems.append("a NUL byte in the head")
    if not raw.isascii():
        problems.append("bytes beyond ASCII in the head")
    return Head(
        version.decode("ascii", "replace"), int(status), reason.strip(), tuple(fields), tuple(dict.fromkeys(problems))
    )
