"""The spool: what waits comes back byte for byte, long responses without memory, and the disk is not filled."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from crawler.engine import spool as spooling
from crawler.engine.spool import LONG, Spool
from crawler.model import Exchange, Tls

MOMENT = datetime(2026, 3, 1, 8, 0, 0, 123456, UTC)
SHORT_ONE = Exchange(
    "X1", "RUN", "practice", "http://forum.test/1", "GET", b"GET / HTTP/1.1\r\n\r\n", b"HTTP/1.1 200 OK\r\n\r\nshort",
    MOMENT, MOMENT, 5, tls=Tls("TLSv1.3", "TLS_AES_128_GCM_SHA256", "forum.test", (b"\x30\x01",), None),
)  # fmt: skip
LONG_ONE = replace(SHORT_ONE, exchange_id="X2", response=b"HTTP/1.1 200 OK\r\n\r\n" + b"0123456789" * (LONG // 9))


def test_exchanges_come_back_as_they_went(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool", "RUN")
    places = [spool.put(exchange) for exchange in (SHORT_ONE, LONG_ONE, SHORT_ONE)]
    short, long, again = (spool.get(place) for place in places)
    assert (short, long, again) == (SHORT_ONE, LONG_ONE, SHORT_ONE)
    assert short and isinstance(short.response, bytes)
    assert long and isinstance(long.response, memoryview)
    spool.close(remove_all=True)
    assert not (tmp_path / "spool").exists()
    # A view outlives the file's name.
    assert bytes(long.response) == LONG_ONE.response


@pytest.mark.parametrize("exchange", [SHORT_ONE, LONG_ONE])
def test_what_is_not_whole_does_not_come_back(tmp_path: Path, exchange: Exchange) -> None:
    spool = Spool(tmp_path, "RUN")
    place = spool.put(exchange)
    spool.flush()
    with spool.path.open("r+b") as file:
        file.truncate(place.length - 1)
    assert spool.get(place) is None
    assert spool.get(replace(place, spool="gone.spool")) is None
    assert spool.get(replace(place, offset=3)) is None
    spool.close(remove_all=False)


def test_the_oldest_are_given_up_when_the_limit_is_reached(tmp_path: Path) -> None:
    killed = Spool(tmp_path, "A-RUN-BEFORE")
    earlier = killed.put(LONG_ONE)
    killed.close(remove_all=False)
    spool = Spool(tmp_path, "RUN", limit=4 * len(LONG_ONE.response), part=len(LONG_ONE.response) // 2)
    assert spool.get(earlier) == LONG_ONE
    places = [spool.put(replace(LONG_ONE, exchange_id=f"X{number}")) for number in range(12)]
    assert spool.get(earlier) is None
    found = [spool.get(place) for place in places]
    gone = found.index(next(one for one in found if one))
    assert 0 < gone < 10
    assert [one.exchange_id for one in found[gone:] if one] == [f"X{number}" for number in range(gone, 12)]
    assert sum(path.stat().st_size for path in tmp_path.glob("*.spool")) < 6 * len(LONG_ONE.response)
    spool.close(remove_all=True)


def test_half_of_what_the_disk_has_left_is_the_most(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    left = SimpleNamespace(free=2 * len(LONG_ONE.response))
    monkeypatch.setattr(spooling.shutil, "disk_usage", lambda folder: left)
    spool = Spool(tmp_path, "RUN", part=1000)
    places = [spool.put(LONG_ONE) for _ in range(8)]
    assert [spool.get(place) is not None for place in places][-2:] == [True, True]
    assert sum(spool.get(place) is not None for place in places) < 6
    spool.close(remove_all=True)
