"""Content codings: what can be read is read, whatever the server said, and never more than the limit."""

import gzip
import sys
import zlib

import brotli  # type: ignore[import-untyped]
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.engine.wire.decoding import Decoded, undo

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

TEXT = b"<p>An entry of the practice town, one of many.</p>\n" * 5000
LIMIT = 1_000_000


def raw_deflate(data: bytes) -> bytes:
    engine = zlib.compressobj(wbits=-15)
    return engine.compress(data) + engine.flush()


PACKED = {
    b"gzip": gzip.compress(TEXT),
    b"x-gzip": gzip.compress(TEXT),
    b"deflate": zlib.compress(TEXT),
    b"br": brotli.compress(TEXT),
    b"zstd": zstd.compress(TEXT),
}


@pytest.mark.parametrize("coding", PACKED)
def test_each_coding_is_undone(coding: bytes) -> None:
    assert undo(PACKED[coding], [coding.upper()], LIMIT) == Decoded(TEXT)


@pytest.mark.parametrize("coding", PACKED)
def test_what_arrived_of_a_cut_body_is_read(coding: bytes) -> None:
    decoded = undo(PACKED[coding][:-9], [coding], LIMIT)
    assert decoded.problem is not None
    assert TEXT.startswith(decoded.body) or decoded.body == PACKED[coding][:-9]


@pytest.mark.parametrize("coding", PACKED)
def test_a_plain_body_that_claims_a_coding_stays_as_it_came(coding: bytes) -> None:
    decoded = undo(TEXT, [coding], LIMIT)
    assert (decoded.body, decoded.left) == (TEXT, ())
    assert decoded.problem is not None


@pytest.mark.parametrize("coding", PACKED)
def test_a_bomb_is_cut_at_the_limit(coding: bytes) -> None:
    pack = {b"deflate": zlib.compress, b"br": brotli.compress, b"zstd": zstd.compress}.get(coding, gzip.compress)
    decoded = undo(pack(bytes(20 * LIMIT)), [coding], LIMIT)
    assert (len(decoded.body), decoded.cut) == (LIMIT, True)


def test_codings_are_undone_in_turn_and_unknown_ones_stay() -> None:
    twice = gzip.compress(brotli.compress(TEXT))
    assert undo(twice, [b"br", b" gzip"], LIMIT) == Decoded(TEXT)
    assert undo(twice, [b"turtle", b"br", b"gzip"], LIMIT) == Decoded(TEXT, (b"turtle",))
    assert undo(TEXT, [b"gzip", b"turtle"], LIMIT) == Decoded(TEXT, (b"gzip", b"turtle"))
    assert undo(TEXT, [b"identity", b""], LIMIT) == Decoded(TEXT)
    assert undo(b"", [b"gzip"], LIMIT) == Decoded(b"")


def test_what_servers_get_wrong() -> None:
    assert undo(raw_deflate(TEXT), [b"deflate"], LIMIT) == Decoded(TEXT)
    assert undo(gzip.compress(TEXT) + gzip.compress(b"more"), [b"gzip"], LIMIT) == Decoded(TEXT + b"more")
    assert undo(gzip.compress(TEXT) + bytes(100), [b"gzip"], LIMIT) == Decoded(TEXT)


@given(st.binary(max_size=200), st.sampled_from(sorted(PACKED)), st.integers(min_value=0, max_value=60))
def test_rubbish_never_raises(rubbish: bytes, coding: bytes, keep: int) -> None:
    decoded = undo(PACKED[coding][:keep] + rubbish, [coding], 1000)
    assert len(decoded.body) <= max(1000, keep + len(rubbish))
