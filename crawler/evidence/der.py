"""As much DER (X.690) as a timestamp reply needs. Standard library only."""

from typing import NamedTuple

SEQUENCE, SET, INTEGER, OCTETS, OID, CONTEXT_0 = 0x30, 0x31, 0x02, 0x04, 0x06, 0xA0


class Element(NamedTuple):
    """One tag-length-value: `content` is inside, `whole` is all of it."""

    tag: int
    content: bytes
    whole: bytes

    @property
    def members(self) -> list["Element"]:
        """The elements inside a constructed one."""
        return read_all(self.content)


MANY = 10_000
"""More elements side by side than any timestamp reply has."""


def read(data: bytes, start: int = 0) -> tuple[Element, int]:
    """The element at `start` and where it ends. Raises ValueError for what is not definite-length DER."""
    if len(data) - start < 2 or data[start] & 0x1F == 0x1F:
        raise ValueError("not DER")
    length, inside = data[start + 1], start + 2
    if length & 0x80:
        count = length & 0x7F
        inside += count
        if not 0 < count <= 4 or len(data) < inside:
            raise ValueError("not DER: a length that is not definite")
        length = int.from_bytes(data[start + 2 : inside], "big")
    end = inside + length
    if len(data) < end:
        raise ValueError("not DER: ends early")
    return Element(data[start], data[inside:end], data[start:end]), end


def read_only(data: bytes) -> Element:
    """The one element that the bytes are. Raises ValueError when anything follows it."""
    element, end = read(data)
    if end < len(data):
        raise ValueError("not DER: bytes after the end")
    return element


def read_all(data: bytes) -> list[Element]:
    """All elements, one after the other. Raises ValueError for more than can be meant."""
    elements: list[Element] = []
    place = 0
    while place < len(data):
        if len(elements) >= MANY:
            raise ValueError("not DER of ours: too many elements")
        element, place = read(data, place)
        elements.append(element)
    return elements


def write(tag: int, content: bytes) -> bytes:
    """An element with the shortest length form."""
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + content


def integer(element: Element) -> int:
    """The value of an INTEGER."""
    if element.tag != INTEGER:
        raise ValueError("an INTEGER was expected")
    return int.from_bytes(element.content, "big", signed=True)


def oid(element: Element) -> str:
    """Dotted form of an OBJECT IDENTIFIER."""
    if element.tag != OID or not element.content:
        raise ValueError("an OBJECT IDENTIFIER was expected")
    arcs, value = [], 0
    for byte in element.content:
        value = value << 7 | byte & 0x7F
        if not byte & 0x80:
            arcs.append(value)
            value = 0
    first = min(arcs[0] // 40, 2)
    return ".".join(map(str, (first, arcs[0] - 40 * first, *arcs[1:])))


def write_oid(dotted: str) -> bytes:
    """An OBJECT IDENTIFIER from its dotted form. Raises ValueError for what is none."""
    first, second, *rest = (int(arc) for arc in dotted.split("."))
    content = bytearray()
    for arc in (40 * first + second, *rest):
        septets = [arc & 0x7F]
        while arc := arc >> 7:
            septets.append(0x80 | arc & 0x7F)
        content += bytes(reversed(septets))
    return write(OID, bytes(content))
