"""Content codings undone within bounds (RFC 9110, 8.4): what can be read is read, what cannot is said."""

from typing import NamedTuple

from crawler.evidence import codings as known


class Decoded(NamedTuple):
    """A body with its content codings undone."""

    body: bytes
    left: tuple[bytes, ...] = ()
    """Codings that nobody here knows, still in place."""
    problem: str | None = None
    """What was wrong, in plain words; then `body` holds what could be read, or the body as it came."""
    cut: bool = False
    """True when the body grew beyond the limit."""


def undo(body: bytes | memoryview, codings: list[bytes], limit: int) -> Decoded:
    """Undo `codings`, the last applied first, up to `limit` bytes each; more than that is never unpacked."""
    left = [coding.strip().lower() for coding in codings if coding.strip()]
    while left and body:
        coding = left[-1]
        if coding == b"identity":
            left.pop()
            continue
        decode = known.decoder(coding.decode("latin-1"))
        if decode is None:
            return _within(body, limit, tuple(left))
        left.pop()
        plain, problem, cut = _collect(decode(memoryview(body)), limit)
        if problem is not None:
            name = coding.decode("ascii")
            problem = f"the body is not {name} as it says ({problem})"
            return Decoded(plain or bytes(body[:limit]), (), problem, cut or (not plain and len(body) > limit))
        body = plain
        if cut:
            return Decoded(body, (), f"the body unpacks to more than {limit} bytes", cut)
    return _within(body, limit)


def _within(body: bytes | memoryview, limit: int, left: tuple[bytes, ...] = ()) -> Decoded:
    if len(body) > limit:
        return Decoded(bytes(body[:limit]), left, f"the body is longer than the {limit} bytes that are read", True)
    return Decoded(bytes(body), left)


def _collect(pieces: known.Pieces, limit: int) -> tuple[bytes, str | None, bool]:
    plain = bytearray()
    try:
        for piece in pieces:
            plain += piece
            if len(plain) > limit:
                return bytes(plain[:limit]), None, True
    except known.Damaged as error:
        return bytes(plain), str(error) or "cut short", False
    return bytes(plain), None, False
