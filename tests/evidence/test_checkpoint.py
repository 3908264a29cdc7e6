"""The checkpoint of a long ledger: the same head with it and without it, and never believed against the file."""

import json
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.errors import VerificationError
from crawler.evidence import checkpoint
from crawler.evidence.canonical import sha256_hex
from crawler.evidence.ledger import Ledger
from crawler.evidence.tree import Frontier, Tree, leaf_hash
from crawler.evidence.verify_ledger import LedgerFacts, read_ledger


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(checkpoint, "EVERY", 2000)
    return tmp_path / "ledger.jsonl"


def grown(path: Path, count: int = 40) -> None:
    for number in range(count):
        with Ledger(path) as ledger:
            ledger.append([{"type": "note", "number": number}])


def head_of_lines(path: Path) -> tuple[int, str, str]:
    lines = path.read_bytes().splitlines()
    return len(lines), json.loads(lines[-1])["hash"], Tree(leaf_hash(line) for line in lines).root().hex()


def test_every_opening_has_the_head_of_the_whole_file(path: Path) -> None:
    with Ledger(path) as ledger:
        ledger.append([{"type": "init", "signer": "ab" * 32}])
    grown(path)
    found = checkpoint.read(path.parent)
    assert found is not None and 0 < found.size <= 41
    with Ledger(path) as ledger:
        assert ledger.head() == head_of_lines(path)
        assert ledger.signer == "ab" * 32
    (path.parent / checkpoint.NAME).unlink()
    with Ledger(path) as ledger:
        assert ledger.head() == head_of_lines(path)


@pytest.mark.parametrize("change", ["torn", "bent", "swapped", "ahead", "of another ledger", "forged place"])
def test_a_checkpoint_that_is_not_so_is_ignored(path: Path, tmp_path: Path, change: str) -> None:
    grown(path)
    place = path.parent / checkpoint.NAME
    data = place.read_bytes()
    found = checkpoint.read(path.parent)
    assert found is not None
    if change == "torn":
        place.write_bytes(data[:-9])
    elif change == "bent":
        place.write_bytes(data.replace(b'"size":', b'"size":1', 1))
    elif change == "swapped":
        place.write_bytes(b"")
    elif change == "ahead":
        path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:3]))
    elif change == "of another ledger":
        (tmp_path / "other").mkdir()
        grown(tmp_path / "other" / "ledger.jsonl", 39)
        place.write_bytes((tmp_path / "other" / checkpoint.NAME).read_bytes())
    else:
        said = json.loads(data.partition(b"\n")[2]) | {"start": found.start + 1}
        bent = json.dumps(said).encode()
        place.write_bytes(sha256_hex(bent).encode() + b"\n" + bent)
    with Ledger(path) as ledger:
        assert ledger.head() == head_of_lines(path)
        ledger.append([{"type": "note"}])
        assert ledger.head() == head_of_lines(path)


def test_an_edited_last_entry_is_refused_with_a_checkpoint_too(path: Path) -> None:
    grown(path)
    path.write_bytes(path.read_bytes().replace(b'"number":39', b'"number":38'))
    with pytest.raises(VerificationError):
        Ledger(path)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.binary(max_size=40), max_size=70), st.lists(st.binary(max_size=40), max_size=70))
def test_a_resumed_frontier_grows_as_the_tree_does(before: list[bytes], after: list[bytes]) -> None:
    frontier, tree = Frontier(), Tree(map(leaf_hash, [*before, *after]))
    for line in before:
        frontier.append(leaf_hash(line))
    frontier = Frontier.resumed(frontier.size, frontier.peaks)
    assert frontier.root() == tree.root(len(before))
    for line in after:
        frontier.append(leaf_hash(line))
    assert (frontier.size, frontier.root()) == (tree.size, tree.root())


def test_peaks_that_no_tree_has_are_refused() -> None:
    for size, peaks in ((3, [b"x" * 32]), (1, [b"short"]), (-1, [])):
        with pytest.raises(ValueError, match="no tree"):
            Frontier.resumed(size, peaks)


OPENER = """
import sys
from pathlib import Path
from crawler.evidence import checkpoint
from crawler.evidence.ledger import Ledger
checkpoint.EVERY = 500
for number in range(25):
    with Ledger(Path(sys.argv[1])) as ledger:
        ledger.append([{"type": "note", "who": sys.argv[2], "number": number}] * (number % 3 + 1))
"""


def test_processes_that_open_and_close_at_once_share_one_ledger(path: Path) -> None:
    processes = [subprocess.Popen([sys.executable, "-c", OPENER, path, name]) for name in ("one", "two", "three")]
    grown(path, 20)
    assert [process.wait() for process in processes] == [0, 0, 0]
    facts = LedgerFacts(frozenset())
    assert [finding.state for finding in read_ledger(path, facts)] == ["pass"]
    with Ledger(path) as ledger:
        assert ledger.head() == head_of_lines(path) == (facts.size, facts.last, facts.root)
    assert facts.size == 20 + 3 * sum(number % 3 + 1 for number in range(25))


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.lists(st.text(max_size=20), max_size=4)), max_size=12))
def test_two_handles_and_any_batches_make_one_chain(batches: list[tuple[bool, list[str]]]) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.jsonl"
        with Ledger(path) as one, Ledger(path) as other:
            for which, texts in batches:
                handle = one if which else other
                written = handle.append([{"type": "note", "text": text} for text in texts])
                assert [entry.body["text"] for entry in written] == texts
            assert one.head() == other.head()
            facts = LedgerFacts(frozenset())
            assert {finding.state for finding in read_ledger(path, facts)} == {"pass"}
            assert one.head() == (facts.size, facts.last, facts.root)
