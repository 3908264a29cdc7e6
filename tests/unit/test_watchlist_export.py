"""Every work comes back from every format as it went out."""

import csv
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.model import POLICIES, WORK_KINDS, Work
from crawler.watchlist import exporting, importing
from crawler.watchlist.cell import guarded, unguarded

plain = st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp"), exclude_characters="\ufffd\ufffe\uffff")
texts = st.text(plain, min_size=1, max_size=20).map(lambda t: " ".join(t.split())).filter(bool)
titles = texts.filter(lambda t: any(c.isalnum() for c in t))
several = st.lists(
    texts | st.sampled_from(["Steins;Gate", "[REC]", '["x"]', "'=1", "；", "=1+1"]), max_size=3, unique=True
).map(tuple)
works = st.builds(
    Work,
    work_id=st.from_regex(r"[a-z0-9=+@'-]{1,12}", fullmatch=True),
    title=titles,
    kind=st.none() | st.sampled_from(WORK_KINDS),
    year=st.none() | st.integers(1000, 2100),
    language=st.none() | texts,
    aliases=several,
    creators=several,
    licensed_domains=st.sampled_from(
        [
            (),
            ("shop.example",),
            ("a.example", "b.example"),
            ("shop.example (CN, TW; 2024-01-01..2026-12-31)", "b.example", "a.example (..2026-12-31)"),
        ]
    ),
    identifiers=several,
    publishers=several,
    policy=st.sampled_from(POLICIES),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(works, min_size=1, max_size=4, unique_by=lambda work: work.work_id))
def test_round_trip(given: list[Work]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for suffix in importing.FORMATS:
            path = Path(folder) / f"works{suffix}"
            exporting.write(given, path)
            assert list(importing.read(path).works) == given, suffix


@given(st.text())
def test_the_guard_comes_off_again(text: str) -> None:
    assert unguarded(guarded(text)) == text


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t"])
def test_no_cell_begins_like_a_formula(tmp_path: Path, start: str) -> None:
    exporting.write([Work("a", f"{start}1x")], tmp_path / "w.csv")
    rows = list(csv.reader((tmp_path / "w.csv").read_text("utf-8-sig").splitlines()))
    assert rows[1][1] == f"'{start}1x"
