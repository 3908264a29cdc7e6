"""Writes small tables of addresses in the MaxMind DB format 2.0, as the published specification has it."""

import ipaddress
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_MARK = b"\xab\xcd\xefMaxMind.com"


class Short(int):
    """A number that the format keeps in 16 bits; others take 32."""


class Long(int):
    """A number that the format keeps in 64 bits."""


def write(path: Path, kind: str, built: int, entries: Mapping[str, Mapping[str, Any]]) -> Path:
    """An IPv4 table of a kind, built at an epoch second: network -> what it says."""
    data = b""
    tree: list[list[int | None]] = [[None, None]]
    leaves: dict[tuple[int, int], int] = {}
    for network, record in entries.items():
        net = ipaddress.IPv4Network(network)
        bits = format(int(net.network_address), "032b")[: net.prefixlen]
        node = 0
        for bit in bits[:-1]:
            following = tree[node][int(bit)]
            if following is None:
                tree.append([None, None])
                following = tree[node][int(bit)] = len(tree) - 1
            node = following
        leaves[node, int(bits[-1])] = len(data)
        data += _encoded(record)
    count = len(tree)
    nodes = b""
    for number, pair in enumerate(tree):
        for side, following in enumerate(pair):
            at = leaves.get((number, side))
            value = count + 16 + at if at is not None else count if following is None else following
            nodes += struct.pack(">I", value)
    about = {
        "node_count": count, "record_size": Short(32), "ip_version": Short(4), "database_type": kind, "languages": ["en"],
        "binary_format_major_version": Short(2), "binary_format_minor_version": Short(0), "build_epoch": Long(built),
        "description": {"en": kind},
    }  # fmt: skip
    path.write_bytes(nodes + bytes(16) + data + _MARK + _encoded(about))
    return path


def _encoded(value: Any) -> bytes:
    if isinstance(value, str):
        raw = value.encode()
        return _head(2, len(raw)) + raw
    if isinstance(value, int):
        raw = value.to_bytes((value.bit_length() + 7) // 8, "big")
        if isinstance(value, Long):
            return bytes([len(raw), 9 - 7]) + raw
        return bytes([((5 if isinstance(value, Short) else 6) << 5) | len(raw)]) + raw
    if isinstance(value, list):
        return bytes([len(value), 4]) + b"".join(map(_encoded, value))
    return _head(7, len(value)) + b"".join(_encoded(name) + _encoded(one) for name, one in value.items())


def _head(kind: int, size: int) -> bytes:
    return bytes([(kind << 5) | size]) if size < 29 else bytes([(kind << 5) | 29, size - 29])
