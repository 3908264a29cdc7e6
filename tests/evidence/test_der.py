"""As much DER as a timestamp reply needs, whatever an authority sends."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.evidence import der


@given(st.lists(st.binary(max_size=300), max_size=20))
def test_what_is_written_is_read(contents: list[bytes]) -> None:
    data = b"".join(der.write(der.OCTETS, content) for content in contents)
    assert [element.content for element in der.read_all(data)] == contents
    assert der.read_only(der.write(der.SEQUENCE, data)).members == der.read_all(data)


@given(st.binary(max_size=60))
def test_rubbish_is_refused_or_read_whole(data: bytes) -> None:
    try:
        elements = der.read_all(data)
    except ValueError:
        return
    assert b"".join(element.whole for element in elements) == data


def test_more_elements_than_a_reply_can_mean_are_refused() -> None:
    assert len(der.read_all(b"\x05\x00" * der.MANY)) == der.MANY
    with pytest.raises(ValueError, match="too many"):
        der.read_all(b"\x05\x00" * (der.MANY + 1))
