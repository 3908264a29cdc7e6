"""Canonical JSON (RFC 8785) and SHA-256: what is hashed is always these bytes."""

import hashlib
from typing import Any

import rfc8785

from crawler.errors import EvidenceError


def canonical_json(value: Any) -> bytes:
    """The RFC 8785 form of a JSON value, UTF-8.

    Raises EvidenceError for what JSON cannot carry without loss: integers beyond 2^53, NaN,
    lone surrogates, keys that are no strings. Large numbers go into strings.
    """
    try:
        return rfc8785.dumps(value)
    except (rfc8785.CanonicalizationError, UnicodeEncodeError) as error:
        raise EvidenceError(
            f"not canonical JSON ({error})", repr(value)[:120], "write large numbers as strings"
        ) from None


def sha256_hex(data: bytes | memoryview) -> str:
    """SHA-256, 64 lower-case hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def well_formed(text: str) -> str:
    """The text with lone surrogates replaced: words from the system or from a server may hold some."""
    return text.encode("utf-8", "replace").decode("utf-8")
