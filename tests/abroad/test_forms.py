"""The forms and notices: who gets which, nothing without a basis, nothing signed, no genuine page named as infringing."""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import docx
import pytest
from docx.document import Document as Opened
from docx.oxml.ns import qn
from pypdf import PdfReader

from crawler.bundle.referral import package, press, word
from crawler.bundle.referral.blocks import (
    Blanks,
    Block,
    Box,
    Bullets,
    Cell,
    Heading,
    NewPage,
    Pairs,
    Picture,
    Sheet,
    Table,
    Text,
)
from crawler.bundle.referral.documents import Document
from crawler.bundle.referral.forms import documents
from crawler.bundle.referral.language import Language, own
from crawler.bundle.referral.telling import Telling
from crawler.casework import agencies
from crawler.casework.basis import Basis
from crawler.casework.dossier import Dossier
from crawler.casework.facts import Act, Authority, Hosted, Item, LinkFact, Party, Place
from crawler.errors import RefusedError
from crawler.evidence import keys
from crawler.wording import LANGUAGES, topic
from tests.bundle.dossiers import AT, DIGEST, REFERRAL, dossier, item, telling

GENUINE = "https://films.example/lantern"
POWER = Authority(
    basis=(Basis("authorisation", "01JAUT"),), authorisation_id="01JAUT", rightsholder="Harbour Films", reference="POA-4",
    territory=("WORLD",), valid_from=date(2026, 1, 1), valid_to=date(2027, 1, 1), works=("lantern",), document_sha256=DIGEST,
)  # fmt: skip
LABEL = re.compile(r"[ESDR]\d+(-[ESDR]\d+)?(, [ESDR]\d+(-[ESDR]\d+)?)*")
NOTICE = re.compile(r"forms/notice-[a-z0-9]+-\d\d")


def case(items: int = 3, country: str = "US", agency: str | None = None, **changes: object) -> Dossier:
    """A case with an authorisation, a link between operators, parties and something that was sent."""
    plain = dossier(items)
    entry = agencies.named(agencies.known(), agency) if agency else None
    told = replace(
        plain,
        works=(replace(plain.works[0], authorities=(POWER,), creators=("Wei Example",)),),
        addressee=replace(
            plain.addressee, country=entry.country if entry else country, agency="X/Agency", name="Agency", entry=entry
        ),
        links=(
            LinkFact(
                basis=(Basis("statement", "ST1"),), left="harbour", right="attic", grade="strong",
                shared=(("filing", "京ICP备12345678号"),), is_disputed=False, is_asserted=True,
            ),
        ),
        acts=(*plain.acts, Act(basis=REFERRAL, kind="dispatched", at=AT, by="Li Si", what="locker.example", days=0)),
        parties=(Party(basis=(Basis("party", "01P"),), role="operator", country="CN", name=""),),
    )  # fmt: skip
    return replace(told, **changes)  # type: ignore[arg-type]


def made(told: Dossier, tag: str) -> Iterator[tuple[Document, Sheet, Telling]]:
    """Every form that a package of this case has in a language."""
    said = telling(own(tag), told)
    for document in documents(told):
        if document.fits(said):
            yield document, document.make(said), said


def names(told: Dossier, tag: str = "en") -> set[str]:
    """The names of the forms, of the notices without their hosts."""
    return {found[0] if (found := NOTICE.match(document.name)) else document.name for document, _, _ in made(told, tag)}


EVERYBODY = [case(), case(country="CN", agency="cn-ncac"), case(country="CN"), case(country="DE"), case(country="GB")]


def texts(block: Block) -> Iterator[str]:
    """Every text of a block, as it is to be read."""
    match block:
        case Heading(text) | Text(text) | Box(text):
            yield text
        case Bullets(lines):
            yield from lines
        case Pairs(rows):
            for label, value, rests in rows:
                yield from (label, value.text if isinstance(value, Cell) else value, rests)
        case Table(head, rows):
            yield from head
            for row in rows:
                yield from (cell.text if isinstance(cell, Cell) else cell for cell in row)
        case Blanks(rows):
            yield from (label for label, _ in rows)
        case Picture(_, words):
            yield words
        case NewPage():
            return


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


@pytest.mark.parametrize("tag", LANGUAGES)
@pytest.mark.parametrize("told", EVERYBODY, ids=lambda told: str(told.addressee.country))
def test_every_line_of_a_form_names_what_it_rests_on(told: Dossier, tag: str) -> None:
    for document, sheet, said in made(told, tag):
        known = {label for label, _ in said.labels}
        for block in sheet.blocks:
            rests = []
            if isinstance(block, Pairs):
                rests = [row[2] for row in block.rows]
            elif isinstance(block, Table):
                assert block.head[-1] == said.say("value.rests"), document.name
                rests = [str(row[-1]) for row in block.rows]
            for one in rests:
                assert LABEL.fullmatch(one), (document.name, block)
                assert set(re.findall(r"[ESDR]\d+", one)) <= known


@pytest.mark.parametrize("tag", LANGUAGES)
@pytest.mark.parametrize("told", EVERYBODY, ids=lambda told: str(told.addressee.country))
def test_nothing_is_signed_and_everything_says_that_nobody_checked_it(told: Dossier, tag: str) -> None:
    left_to_people = {entry[tag] for entry in topic("referral_forms")["blank"].values()}
    for document, sheet, _ in made(told, tag):
        if document.name == "forms/notices":
            continue
        boxes = [block.text for block in sheet.blocks if isinstance(block, Box)]
        assert any(re.search("UNCHECKED|not been checked|未核对|未经律师审核", text) for text in boxes), document.name
        labels = [label for block in sheet.blocks if isinstance(block, Blanks) for label, _ in block.rows]
        written = [text for block in sheet.blocks if isinstance(block, Text) for text in texts(block)]
        lines = [text for text in written if re.match("Signature:|Executed on", text)]
        assert any(re.search("[Ss]ign|签名|签章|盖章", label) for label in labels) or len(lines) == 2, document.name
        assert all("____" in text and not re.sub(r"Signature:|Executed on|\(date\)|[_ ]", "", text) for text in lines)
        filled = {label for block in sheet.blocks if isinstance(block, Pairs) for label, _, _ in block.rows}
        assert not filled & left_to_people and not any(re.search("签名、|见证人", label) for label in filled), (
            document.name
        )
        assert not any("/s/" in text for block in sheet.blocks for text in texts(block))


def test_who_gets_which_form() -> None:
    us = {
        "forms/us-complaint",
        "forms/us-fre-902-13-14",
        "forms/notices",
        "forms/notice-dmca-01",
        "forms/notice-dmca-02",
    }
    assert names(case(agency="us-ipr-center")) == names(case()) == us
    notices = {"forms/notices", "forms/notice-cn14-01", "forms/notice-cn14-02"}
    taking = {"forms/cn-tiqu-bilu", "forms/cn-qingdan"}
    assert names(case(agency="cn-ncac"), "zh") == {"forms/cn-tousu", *taking, *notices}
    assert names(case(agency="cn-police"), "zh") == {"forms/cn-xiansuo-yisong", *taking, *notices}
    assert names(case(agency="cn-police"), "en") == {"forms/cn-xiansuo-yisong", *notices}
    assert names(case(country="CA")) == {"forms/site-dossier"}
    assert names(case(country="DE")) == {
        "forms/site-dossier", "forms/notices", "forms/notice-dsa-01", "forms/notice-dsa-02",
    }  # fmt: skip
    assert "forms/site-dossier" in names(case(agency="us-ustr")) and "forms/us-complaint" not in names(
        case(agency="us-ustr")
    )


def test_where_the_case_goes_to_intermediaries_the_law_of_the_observed_server_counts() -> None:
    plain = case(country="CA")
    told = replace(
        plain,
        case=replace(plain.case, tracks=("criminal", "intermediary-notice")),
        places=(
            Place(
                basis=(Basis("statement", "ST1"),), country="US", role="server", host="harbour.example", confidence="medium",
                at=AT, sources=("a table",), is_disputed=False,
            ),
            Place(
                basis=(Basis("statement", "ST1"),), country="NL", role="edge", host="harbour.example", confidence="medium",
                at=AT, sources=("a table",), is_disputed=False,
            ),
        ),
    )  # fmt: skip
    assert {name for name in names(told) if NOTICE.match(name)} == {"forms/notice-dmca-02"}
    disputed = replace(told, places=(replace(told.places[0], is_disputed=True),))
    assert not any(NOTICE.match(name) for name in names(disputed))


def sheet_of(told: Dossier, start: str, tag: str = "en") -> Sheet:
    return next(sheet for document, sheet, _ in made(told, tag) if document.name.startswith(start))


def listed(sheet: Sheet) -> str:
    """The addresses that a notice asks to take down."""
    table = [block for block in sheet.blocks if isinstance(block, Table)][-1]
    return " ".join(str(row[2].text if isinstance(row[2], Cell) else row[2]) for row in table.rows)


def with_target(number: int, url: str, **changes: object) -> Item:
    return replace(item(number, url=url), **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "address", [GENUINE, "HTTPS://www.FILMS.example:443/lantern/", "http://films.example/lantern?"]
)
def test_a_genuine_page_is_never_named_in_a_notice_however_it_is_written(address: str) -> None:
    for disguised in (with_target(1, address), replace(item(1), source_page=address)):
        with pytest.raises(RefusedError, match="genuine"):
            documents(replace(case(), items=(disguised,)))
    for document, sheet, _ in made(case(), "en"):
        if NOTICE.match(document.name):
            assert GENUINE not in " ".join(text for block in sheet.blocks for text in texts(block))


def test_a_notice_names_what_a_person_found_infringing_and_what_is_there_still() -> None:
    plain = item(1)
    shown = (
        plain,
        with_target(2, "https://box.locker.example/f/2", decision=replace(plain.decision, verdict="licensed")),
        with_target(3, "https://box.locker.example/f/3", state="gone"),
        with_target(
            4, "https://x", hosted=(Hosted("locker", None, "https://box.locker.example/f/4", None, None, "removed", AT),)
        ),
        with_target(5, "magnet:?xt=urn:btih:" + "ab" * 20),
    )  # fmt: skip
    told = replace(case(), items=shown, copies=())
    assert listed(sheet_of(told, "forms/notice-dmca-01")) == "https://box.locker.example/f/1"
    pages = listed(sheet_of(told, "forms/notice-dmca-02"))
    assert {number for number in range(1, 6) if f"/t/{number}" in pages} == {1, 4, 5}


def test_each_intermediary_has_a_notice_of_its_own_for_each_authorisation() -> None:
    # The same power of attorney, entered once more for another work, makes no second notice.
    again = replace(POWER, authorisation_id="01JAUV", basis=(Basis("authorisation", "01JAUV"),))
    other = replace(
        POWER, authorisation_id="01JAUU", rightsholder="Quay Books", basis=(Basis("authorisation", "01JAUU"),)
    )
    told = case()
    second = replace(
        told.works[0], work_id="atlas", title="Atlas", authorities=(other,), basis=(Basis("work", "atlas"),)
    )
    third = replace(told.works[0], work_id="pier", title="Pier", authorities=(again,), basis=(Basis("work", "pier"),))
    shown = (item(1), replace(item(2), work_id="atlas"), replace(item(3), work_id="pier"))
    told = replace(told, works=(*told.works, second, third), items=shown, copies=())
    sheets = [sheet for document, sheet, _ in made(told, "en") if NOTICE.match(document.name)]
    assert len(sheets) == 4
    for sheet in sheets:
        said = " ".join(text for block in sheet.blocks for text in texts(block))
        assert ("Harbour Films" in said) != ("Quay Books" in said)
        assert ("box.locker.example" in said) != ("harbour.example" in said)
    overview = sheet_of(told, "forms/notices")
    assert all(document.name in str(overview) for document, _, _ in made(told, "en") if NOTICE.match(document.name))


def test_while_the_gate_is_shut_there_is_no_notice() -> None:
    shut = documents(case(), shut={"notice": "not seen within a day"})
    assert not any(NOTICE.match(document.name) for document in shut)
    assert {document.purpose for document in documents(case()) if "notice" in document.name} == {"notice"}


def read(opened: Opened) -> str:
    """Every text of a document for word processors, tables and footer included."""
    return " ".join(node.text or "" for node in opened.element.body.iter(qn("w:t")))


@pytest.mark.parametrize("tag", LANGUAGES)
@pytest.mark.parametrize("told", EVERYBODY[:2] + EVERYBODY[3:4], ids=lambda told: str(told.addressee.country))
def test_word_processors_get_the_texts_of_the_paper(told: Dossier, tag: str) -> None:
    for _, sheet, said in made(told, tag):
        opened = docx.Document(io.BytesIO(word.write(sheet, said)))
        written = squeezed(read(opened))
        paper = press.pdf(sheet, said.language, "foot")
        printed = squeezed("".join(page.extract_text() for page in PdfReader(io.BytesIO(paper)).pages))
        for text in (sheet.title, *(text for block in sheet.blocks for text in texts(block))):
            assert squeezed(press.plain(text)) in written
            # A longer text may go on overleaf.
            assert squeezed(press.plain(text))[:8] in printed
        blanks = [label for block in sheet.blocks if isinstance(block, Blanks) for label, _ in block.rows]
        empty = [
            row.cells[0].text
            for grid in opened.tables
            for row in grid.rows
            if len(row.cells) == 2 and not row.cells[1].text and not row.cells[1].tables
        ]
        assert empty == [press.plain(label) for label in blanks]
        assert not opened.inline_shapes and "hyperlink" not in opened.element.xml


def test_the_same_case_gives_the_same_bytes_without_a_date_or_an_author() -> None:
    for document, sheet, said in made(case(), "zh"):
        again = document.make(said)
        first, second = word.write(sheet, said), word.write(again, said)
        assert first == second
        assert press.pdf(sheet, said.language, "foot") == press.pdf(again, said.language, "foot")
        with zipfile.ZipFile(io.BytesIO(first)) as archive:
            assert not [name for name in archive.namelist() if name.endswith((".jpeg", ".png", ".bin"))]
            assert archive.namelist()[0] == "[Content_Types].xml"
            assert {entry.date_time for entry in archive.infolist()} == {word.EARLIEST}
        core = docx.Document(io.BytesIO(first)).core_properties
        assert (core.author, core.created, core.modified, core.last_modified_by) == ("", None, None, "")


def test_chinese_has_a_font_of_its_own_and_hidden_characters_are_shown() -> None:
    hostile = item(1, "灯海\u202e归航 🎬 {case} =1+1 <b>\x07")
    told = replace(case(country="DE"), items=(hostile,), copies=())
    said = telling(own("zh"), told)
    opened = docx.Document(io.BytesIO(word.write(sheet_of(told, "forms/site-dossier", "zh"), said)))
    fonts = opened.styles["Normal"].element.rPr.rFonts
    assert fonts.get(qn("w:eastAsia")) == word.HAN and fonts.get(qn("w:eastAsiaTheme")) is None
    shown = read(opened)
    assert "灯海[RLO]归航 [U+1F3AC] {case} =1+1 <b>[U+0007]" in shown and "\u202e" not in shown


def test_from_right_to_left_everything_is_turned() -> None:
    language = replace(own("en"), tag="ar", is_right_to_left=True)
    assert isinstance(language, Language)
    said = telling(language, case())
    opened = docx.Document(io.BytesIO(word.write(documents(case())[0].make(said), said)))
    assert all(grid._tbl.tblPr.find(qn("w:bidiVisual")) is not None for grid in opened.tables)
    assert all(paragraph._p.pPr.find(qn("w:bidi")) is not None for paragraph in opened.paragraphs)


LONG = "很长的标题 A very long title of an offer " * 30


@pytest.mark.parametrize("tag", LANGUAGES)
@pytest.mark.parametrize("country", ["US", "CN", "DE"])
def test_three_hundred_exhibits_with_long_titles_and_nothing_else_on_record_print(country: str, tag: str) -> None:
    plain = case(country=country)
    told = replace(
        plain, items=tuple(replace(item(n, LONG), address=None, status=None, hosted=()) for n in range(1, 301)), copies=(),
        works=(replace(plain.works[0], title=LONG, authorities=(), year=None, kind=None),), statements=(), places=(), unplaced=(),
        moves=(), links=(), acts=(), parties=(), hosts=(), bundle=None, collector=replace(plain.collector, name="", contact=""),
        case=replace(plain.case, title="a | b\nc"),
    )  # fmt: skip
    for document, sheet, said in made(told, tag):
        lines = [text for block in sheet.blocks for text in texts(block)]
        assert lines and not any("None" in text for text in lines), document.name
        assert docx.Document(io.BytesIO(word.write(sheet, said))).paragraphs[0].text == press.plain(sheet.title)
        if "notice-" in document.name:
            assert said.say("facts.no_authority") in lines


def test_the_longest_forms_fit_on_paper() -> None:
    told = replace(case(country="CN", agency="cn-ncac"), items=tuple(item(n, LONG) for n in range(1, 91)), copies=())
    sheet = sheet_of(told, "forms/cn-tousu", "zh")
    pages = PdfReader(io.BytesIO(press.pdf(sheet, own("zh"), "foot"))).pages
    text = " ".join(page.extract_text() for page in pages)
    assert len(pages) > 3 and "E90" in text


def test_both_languages_say_the_same_with_the_same_facts() -> None:
    for name, entries in topic("referral_forms").items():
        for key, entry in entries.items():
            assert set(entry) == {"en", "zh"}, (name, key)
            facts = [set(re.findall(r"\{(\w+)", entry[tag])) for tag in ("en", "zh")]
            assert facts[0] == facts[1], (name, key)


@pytest.mark.parametrize("shut", [{}, {"notice": "3 offers were not seen within the last 24 hours"}])
def test_a_package_holds_the_drafts_or_says_once_why_it_does_not(shut: dict[str, str], tmp_path: Path) -> None:
    told, signer = case(items=1), keys.create(tmp_path / "keys")
    package.write(tmp_path / "P", package.Order("TW-REFERRAL-X", told, (own("en"),), date(2026, 3, 2), shut), signer)
    there = {path.name for path in (tmp_path / "P" / "en" / "forms").iterdir()}
    drafts = {f"notice-dmca-0{number}-{host}" for number, host in ((1, "box-locker-example"), (2, "harbour-example"))}
    both = {f"{name}.{ending}" for name in ("us-complaint", "us-fre-902-13-14") for ending in ("pdf", "docx")}
    notices = {f"{name}.{ending}" for name in drafts for ending in ("pdf", "docx")} | {"notices.pdf"}
    readme = (tmp_path / "P" / "README-en.md").read_text(encoding="utf-8")
    if shut:
        assert there == both
        assert readme.count("not seen within the last 24 hours") == 1 and "forms/notices" in readme
    else:
        assert there == both | notices
        assert all(f"en/forms/{name}" in readme for name in there)
    manifest = (tmp_path / "P" / "manifest-sha256.txt").read_text(encoding="utf-8")
    assert all(f"  en/forms/{name}\n" in manifest for name in there)
