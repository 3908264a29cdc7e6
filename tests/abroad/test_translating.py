"""The document of a translation is kept with the other proofs."""

from pathlib import Path

import pytest

from crawler.desk import translating
from crawler.desk.documents import FOLDER
from crawler.errors import UsageError
from crawler.evidence.canonical import sha256_hex
from crawler.store import exhibits
from tests.abroad.guarded import Guarded


def test_the_document_is_kept_whatever_becomes_of_the_one_that_was_given(case: Guarded, tmp_path: Path) -> None:
    (row, *_) = case.store.rows("SELECT exhibit_id FROM exhibits")
    exhibit = str(row[0])
    assert exhibits.is_known(case.store, exhibit)
    document = tmp_path / "sworn.PDF"
    document.write_bytes(b"%PDF a sworn translation")
    told = {"part": "title", "source": "zh", "into": "en", "way": "human", "done_by": "Ann Lee", "document": document}
    for _ in range(2):
        made = translating.enter_translation(case.store, case.workspace, exhibit, **told)  # type: ignore[arg-type]
    document.unlink()
    (kept,) = (case.workspace.folder / FOLDER).iterdir()
    assert kept.read_bytes() == b"%PDF a sworn translation"
    assert kept.name == f"{made.document_sha256}.pdf" == f"{sha256_hex(kept.read_bytes())}.pdf"
    before = case.ledger()
    with pytest.raises(UsageError):
        translating.enter_translation(case.store, case.workspace, exhibit, **told)  # type: ignore[arg-type]
    assert case.ledger() == before
