"""The index of titles: found whole, kept in files, changed in small, and never believed when it is damaged."""

import multiprocessing
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.errors import StorageError
from crawler.matching import Matcher, Offer
from crawler.matching.changes import difference
from crawler.matching.finder import stem_of
from crawler.matching.index import Index
from crawler.matching.layer import Layer
from crawler.matching.table import Entries, Table
from crawler.model import Target, Work

SHARE = Target("cloud_drive", "https://pan.quark.cn/s/0a1b2c3d4e", None, "https://pan.quark.cn/s/0a1b2c3d4e")
WORDS = ("The", "Lantern", "Orchard", "of", "Salt", "II", "Quiet", "Harbour", "Lanterns", "A")
CHARS = "雪线之上雾港长河二"
WORKS = [
    Work("atlas", "An Atlas of Quiet Harbours", "book", 2021),
    Work("fog", "雾港长河", "series", 2023, aliases=("The River in the Fog",)),
    Work("lantern", "The Lantern Sea", "film", 2019),
    Work("orchard", "Orchard of Salt", "film", 2024),
    Work("snow", "雪线之上", "film", 2022),
]

names = st.one_of(
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=5).map(" ".join),
    st.text(st.sampled_from(CHARS), min_size=2, max_size=6),
)
lists = st.dictionaries(
    st.sampled_from("abcdefgh"),
    st.builds(
        lambda title, year, kind, aliases: Work("", title, kind, year, aliases=tuple(aliases)),
        names, st.sampled_from((None, 2019, 2022)), st.sampled_from(("film", "book", None)), st.lists(names, max_size=1),
    ),
    max_size=8,
)  # fmt: skip


def layer(works: list[tuple[Work, str]], base: str = "", gone: tuple[int, ...] = ()) -> Layer:
    return Layer.build(sorted(works, key=lambda pair: pair[0].work_id), "1", base=base, gone=gone)


def marked(works: list[Work], mark: str = "1") -> list[tuple[Work, str]]:
    return [(work, mark) for work in works]


def changed(base: Layer, now: list[tuple[Work, str]]) -> Index:
    """The index of a list as it is now, made from the base and what has changed since."""
    found = difference(base, sorted((work.work_id, mark) for work, mark in now))
    if not found.size:
        return Index(base)
    fresh = {work_id for work_id, _ in found.fresh}
    return Index(base, layer([pair for pair in now if pair[0].work_id in fresh], base.name, found.gone))


def answers(index: Index, texts: list[str]) -> list[object]:
    matcher = Matcher(index=index, review=0.0)
    return [matcher.match(Offer(text, f"{text}\n1080p", (SHARE,))) for text in texts]


def named(works: dict[str, Work]) -> list[Work]:
    return [Work(key, one.title, one.kind, one.year, aliases=one.aliases) for key, one in works.items()]


@settings(max_examples=25, deadline=None)
@given(lists, lists)
def test_the_answer_is_the_same_wherever_a_work_lies(before: dict[str, Work], after: dict[str, Work]) -> None:
    old, new = named(before), named(after)
    kept = [(work, "1" if work in old else "2") for work in new]
    index = changed(layer(marked(old)), kept)
    whole = Index(layer(kept))
    texts = [f"{name} {work.year or 2022}" for work in (*old, *new) for name in (work.title, *work.aliases)]
    texts += [text.replace(" ", ".") for text in texts] + [text[:3] + text[4:] for text in texts]
    assert answers(index, texts) == answers(whole, texts)
    assert (len(index), index.fingerprint) == (len(whole), whole.fingerprint)
    assert sorted(index.works(), key=lambda work: work.work_id) == list(whole.works())


def test_a_work_that_is_gone_or_other_is_not_found_as_it_was() -> None:
    base = layer(marked(WORKS))
    now = [work for work in WORKS if work.work_id not in ("snow", "lantern")] + [Work("lantern", "The Lantern Lake")]
    index = changed(base, [(work, "2" if work.work_id == "lantern" else "1") for work in now])
    assert index.changes is not None and len(index.changes) == 1 and len(index) == 4
    assert answers(index, ["雪线之上 2022", "The Lantern Sea 2019", "The Lantem Sea 2019"]) == [(), (), ()]
    ((match,),) = answers(index, ["The Lantern Lake"])  # type: ignore[misc]
    assert match.work_id == "lantern"


def test_only_what_has_changed_is_indexed_again() -> None:
    base = layer(marked(WORKS))
    marks = {work.work_id: "1" for work in WORKS} | {"fog": "2", "zebra": "1", "able": "1"}
    del marks["orchard"]
    found = difference(base, sorted(marks.items()))
    assert found.gone == (1, 3)
    assert found.fresh == (("able", "1"), ("fog", "2"), ("zebra", "1"))
    assert difference(base, [(work.work_id, "1") for work in WORKS]).size == 0
    assert difference(layer([]), []).size == 0
    changes = layer([(WORKS[0], "1")], base.name, (0,))
    assert not found.is_in(changes)


@pytest.mark.parametrize("works", [WORKS, []], ids=["some", "none"])
def test_a_saved_index_is_the_one_that_was_built(tmp_path: Path, works: list[Work]) -> None:
    path = tmp_path / "index"
    built = layer(marked(works), "base", (3, 5))
    built.save(path)
    loaded = Layer.load(path)
    assert (loaded.name, loaded.base, loaded.gone.tolist()) == (built.name, "base", [3, 5])
    assert list(loaded.marks()) == list(built.marks()) == [(work.work_id, "1") for work in works]
    texts = [work.title for work in works] + ["雾港长河 2023", "The River in teh Fog 2023"]
    assert answers(Index(loaded), texts) == answers(Index(built), texts)
    loaded.save(path)
    assert Layer.load(path).name == built.name


def test_an_index_with_changes_is_saved_as_one(tmp_path: Path) -> None:
    index = changed(layer(marked(WORKS[:3])), marked(WORKS[1:]))
    index.save(tmp_path / "index")
    loaded = Index.load(tmp_path / "index")
    assert loaded.changes is None
    assert (loaded.fingerprint, len(loaded)) == (index.fingerprint, 4)


def flipped(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 0x40]) + data[at + 1 :]


def forged(data: bytes, old: bytes, new: bytes) -> bytes:
    """The file with its directory changed and signed again, as somebody would who knows the format."""
    start = data.index(b"{")
    length = int.from_bytes(data[start - 8 : start - 4], "little")
    text = data[start : start + length].rstrip().replace(old, new).ljust(length)
    assert len(text) == length
    return data[: start - 4] + zlib.crc32(text).to_bytes(4, "little") + text + data[start + length :]


HARMS: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda data: b"",
    "another file": lambda data: b"PK\x03\x04" + data,
    "head only": lambda data: data[:24],
    "cut in its directory": lambda data: data[:200],
    "cut at its end": lambda data: data[:-1],
    "something added": lambda data: data + b"\0",
    "zeros": lambda data: bytes(len(data)),
    "a bit in its head": lambda data: flipped(data, 22),
    "a bit in its directory": lambda data: flipped(data, 60),
    "a bit in its middle": lambda data: flipped(data, len(data) // 2),
    "a bit at its end": lambda data: flipped(data, len(data) - 1),
    "another format": lambda data: forged(data, b'"format": ', b'"format": 9'),
    "objects": lambda data: forged(data, b'"|u1"', b'"|O1"'),
    "less than nothing": lambda data: forged(data, b'"works": ["|u1", [', b'"works": ["|u1", [-'),
    "beyond its end": lambda data: forged(data, b'"works": ["|u1", [', b'"works": ["|u1", [99999'),
    "an array less": lambda data: forged(data, b'"work_ends"', b'"work_endz"'),
    "no facts": lambda data: forged(data, b'"facts"', b'"fakts"'),
}


@pytest.mark.parametrize("harm", HARMS)
def test_a_damaged_file_is_refused(tmp_path: Path, harm: str) -> None:
    path = tmp_path / "index"
    layer(marked(WORKS)).save(path)
    path.write_bytes(HARMS[harm](path.read_bytes()))
    with pytest.raises(StorageError):
        Layer.load(path)


def test_a_file_that_cannot_be_written_leaves_the_old_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "index"
    layer(marked(WORKS)).save(path)

    def refuse(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("crawler.matching.packed.zlib.crc32", refuse)
    with pytest.raises(OSError, match="No space"):
        layer(marked(WORKS[:2])).save(path)
    monkeypatch.undo()
    assert len(Layer.load(path)) == len(WORKS)
    assert list(tmp_path.iterdir()) == [path]


def _save_often(path: Path, count: int) -> None:
    built = layer(marked(WORKS[:count]))
    for _ in range(20):
        built.save(path)


def test_of_two_that_write_at_once_each_leaves_a_whole_file(tmp_path: Path) -> None:
    path = tmp_path / "index"
    _save_often(path, 5)
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_save_often, args=(path, count)) for count in (2, 4)]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        assert len(Layer.load(path)) in (2, 4, 5)
    assert [writer.exitcode for writer in writers] == [0, 0]
    assert len(Layer.load(path)) in (2, 4)
    assert list(tmp_path.iterdir()) == [path]


@settings(max_examples=150, deadline=None)
@given(
    st.sets(st.text("ab 雪", min_size=1, max_size=24), min_size=1, max_size=30),
    st.text("ab 雪", max_size=120),
)
def test_every_pattern_is_found_wherever_it_stands(patterns: set[str], text: str) -> None:
    entries = Entries()
    # Titles that begin alike are what the finder tells apart itself.
    known = sorted(
        patterns | {f"{'ab' * 8}{pattern}" for pattern in patterns} | {"ab" * 8},
        key=lambda pattern: (not stem_of(pattern).isascii(), pattern),
    )
    for place, pattern in enumerate(known):
        entries.add(pattern, place, "title", pattern)
    table = Table(entries.arrays("all"), "all")
    text += "".join(known[:3])
    found = sorted(map(tuple, table.find(text).tolist()))
    assert found == sorted(
        (start, start + len(pattern), place)
        for place, pattern in enumerate(known)
        for start in range(len(text))
        if text.startswith(pattern, start)
    )
    assert [table.owners(place)[0].spelling for place in range(len(known))] == known
