"""Damaged segments are checked in time that grows as they do."""

from collections.abc import Iterator
from pathlib import Path

from crawler.evidence.verify_ledger import Expected
from crawler.evidence.verify_segments import _check_segment


class Counted(dict[int, Expected]):
    """Counts how often somebody goes through all of it."""

    passes = 0

    def __iter__(self) -> Iterator[int]:
        self.passes += 1
        return super().__iter__()


def test_a_segment_of_zeros_is_checked_in_time_that_grows_as_it_does(tmp_path: Path) -> None:
    def opened(records: int) -> int:
        path = tmp_path / "zeros.warc.gz"
        path.write_bytes(bytes(records + 10))
        expected = Counted({place: Expected(1, "i", "response", 1, "x", "x") for place in range(records)})
        assert any(finding.state == "fail" for finding in _check_segment(path, path.name, False, expected, {}))
        return expected.passes

    assert opened(400) == opened(50), "the entries are gone through as often, however many are damaged"
