"""A long report is printed in parts and reads as one."""

import io
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from crawler.bundle import press
from crawler.bundle.build import build
from crawler.bundle.report import Document
from tests.bundle.conftest import Made

pytestmark = pytest.mark.timeout(900)


@pytest.fixture(scope="module")
def prints(made: Made, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, tuple[Document, bytes, bytes]]:
    """By language, what was printed, and its PDF twice."""
    found: dict[str, tuple[Document, bytes, bytes]] = {}
    real = press.printed

    def twice(document: Document, case: Any, pictures: Mapping[str, Path], say: Callable[[str], None]) -> bytes:
        first = real(document, case, pictures, say)
        again = real(document, case, pictures, say) if document.language == "en" else first
        found[document.language] = document, first, again
        return first

    with pytest.MonkeyPatch.context() as patch:
        for name, value in {"AT_ONCE": 1, "PART": 2, "FOOTERS": 8}.items():
            patch.setattr(press, name, value)
        patch.setattr(press, "printed", twice)
        build(made.case.store, made.case.workspace, made.case.case_id, out=tmp_path_factory.mktemp("press"))
    return found


def pages(data: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(data)).pages]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_page_numbers_run_through_all_parts(prints: Mapping[str, tuple[Document, bytes, bytes]], language: str) -> None:
    document, data, _ = prints[language]
    told = pages(data)
    count = len(told)
    assert count > len(document.exhibits) + 2
    assert document.t("page_end").strip() not in told[0].splitlines()[-1]
    for number, text in enumerate(told[1:], 2):
        words = f"{number}{document.t('page_end')}{count}{document.t('page_last')}"
        assert "".join(words.split()) in "".join(text.split()), number


@pytest.mark.parametrize("language", ["en", "zh"])
def test_outline_and_contents_lead_to_each_exhibit(
    prints: Mapping[str, tuple[Document, bytes, bytes]], language: str
) -> None:
    document, data, _ = prints[language]
    reader = PdfReader(io.BytesIO(data))
    assert str(reader.root_object["/Lang"]) == document.lang
    assert reader.metadata is not None
    assert str(reader.metadata.title).startswith(document.t("title"))
    heads = [document.t("head.exhibit", number=one["number"]) for one in document.exhibits]
    titles = [entry.title for entry in reader.outline if not isinstance(entry, list)]
    outline = {
        str(e.title): reader.get_destination_page_number(e) or 0 for e in reader.outline if not isinstance(e, list)
    }
    named = [title for title in titles if title and any(title.startswith(f"{head} ") for head in heads)]
    assert len(named) == len(heads)
    starts = [outline[str(title)] for title in named]
    assert starts == sorted(set(starts))
    texts = pages(data)
    for one, start in zip(document.exhibits, starts, strict=True):
        assert one["name"] in texts[start]
    ids = [page.indirect_reference for page in reader.pages]
    links = [a.get_object()["/Dest"][0] for page in reader.pages for a in page.get("/Annots", ())]
    assert [ids.index(link) for link in links] == starts


def test_a_long_report_prints_alike_each_time(prints: Mapping[str, tuple[Document, bytes, bytes]]) -> None:
    _, first, again = prints["en"]
    assert first == again
    assert b"/CreationDate" not in first
    assert b"/ModDate" not in first
