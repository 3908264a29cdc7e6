"""Covers for the practice sites, drawn with our own bytes: a small PNG per work."""

import struct
import zlib
from hashlib import sha256

WIDTH, HEIGHT = 160, 224


def _chunk(kind: bytes, payload: bytes) -> bytes:
    return struct.pack(">I", len(payload)) + kind + payload + struct.pack(">I", zlib.crc32(kind + payload))


def png(width: int, height: int, rows: list[bytes]) -> bytes:
    """A PNG of 8-bit RGB rows, each ``3 * width`` bytes (PNG, third edition, 5 and 11)."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    packed = zlib.compress(b"".join(b"\0" + row for row in rows), 9)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", packed) + _chunk(b"IEND", b"")


def cover(name: str) -> bytes:
    """A cover for a name: a night sky over a horizon, a lamp and its reflection; the colours follow the name."""
    seed = sha256(name.encode()).digest()
    sky = (20 + seed[0] % 40, 30 + seed[1] % 50, 70 + seed[2] % 70)
    sea = tuple(part // 2 for part in sky)
    lamp = (240, 190 + seed[3] % 50, 90 + seed[4] % 60)
    centre, height_of_lamp, horizon = 40 + seed[5] % 80, 60 + seed[6] % 50, 150
    rows = []
    for y in range(HEIGHT):
        row = bytearray()
        for x in range(WIDTH):
            if y < horizon:
                far = ((x - centre) ** 2 + (y - height_of_lamp) ** 2) / 1600
                base = [part + (horizon - y) // 6 for part in sky]
            else:
                far = (abs(x - centre + (y % 5 - 2) * 3) ** 2) / 90 + (y - horizon) / 60
                base = list(sea)
            glow = 1.0 if far < 0.09 and y < horizon else min(0.85, 0.22 / (far + 0.12))
            row += bytes(int(part + (light - part) * glow) for part, light in zip(base, lamp, strict=True))
        rows.append(bytes(row))
    return png(WIDTH, HEIGHT, rows)
