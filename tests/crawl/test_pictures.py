"""Parts of pictures: few lie in memory, the others come back from the record."""

from crawler.engine.browser import Fetched
from crawler.engine.pictures import Bodies

SIZE = 100_000


def part(name: str, length: int, holder: object = None) -> Fetched:
    return Fetched(200, (), name.encode() * length, name, holder=holder)


def test_what_was_used_last_stays_and_the_bytes_stay_within_the_limit() -> None:
    bodies = Bodies(SIZE)
    for number in range(26):
        bodies.put(chr(97 + number), part(chr(97 + number), SIZE // 10))
        assert bodies.used <= SIZE
        assert bodies.get("a") is not None
    assert bodies.get("b") is None
    assert bodies.get("z") is not None


def test_a_body_at_hand_is_said_to_be_used_again_and_holds_no_room() -> None:
    bodies = Bodies(SIZE)
    bodies.put("a", part("a", 10, holder=bodies))
    found = bodies.get("a")
    assert found is not None
    assert (found.body, found.cached, found.holder) == (b"a" * 10, True, None)


def test_one_large_body_does_not_drive_out_all_others() -> None:
    bodies = Bodies(SIZE)
    bodies.put("a", part("a", 10))
    bodies.put("b", part("b", SIZE))
    assert (bodies.get("a") is not None, bodies.get("b")) == (True, None)
