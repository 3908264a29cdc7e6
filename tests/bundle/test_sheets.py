"""The sheets of a package: one page that a fax carries, whatever a page said, in every language that is a file."""

import re
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader
from pypdf.generic import ContentStream

from crawler.bundle.referral import frame, press
from crawler.bundle.referral.blocks import Blanks, Cell, Pairs, Sheet, Table, Text, pairs, table
from crawler.bundle.referral.documents import Document
from crawler.bundle.referral.forms import FORMS
from crawler.bundle.referral.language import Language, named, own, template
from crawler.bundle.referral.scripts import shares
from crawler.bundle.referral.telling import Telling
from crawler.casework import thresholds
from crawler.casework.basis import Basis, Labels
from crawler.casework.dossier import Dossier
from crawler.casework.facts import Approved, StatementFact, ThresholdFact, Unplaced
from crawler.errors import ConfigurationError, EvidenceError, UsageError
from crawler.statement import Statement
from crawler.wording import topic
from tests.bundle.dossiers import AT, REFERRAL, dossier, item, telling

LONG = "很长的名称 A very long name of a case 🎬 \u202eفيلم\u202c " * 40


def fitted(document: Document, told: Telling) -> bytes:
    """The first of a document's attempts that has one page."""
    for make in (document.make, *document.tighter):
        data = press.pdf(make(told), told.language, "foot")
        if press.pages(data) == 1:
            return data
    raise AssertionError("no attempt fits on one page")


@pytest.mark.parametrize("tag", ["en", "zh"])
def test_the_cover_is_one_page_in_black_and_white_and_large_letters_whatever_the_case_is_called(tag: str) -> None:
    plain = dossier(300)
    many = tuple(
        replace(plain.works[0], work_id=f"w{n}", title=LONG, basis=(Basis("work", f"w{n}"),)) for n in range(9)
    )
    huge = replace(
        plain, case=replace(plain.case, title=LONG), works=(*plain.works, *many), hosts=tuple(f"{n}.{'a' * 50}.example" for n in range(40)),
        collector=replace(plain.collector, name=LONG, organisation=LONG, contact=LONG),
        addressee=replace(plain.addressee, name=LONG, legal_basis=LONG),
        approvals=tuple(Approved(basis=REFERRAL, by=LONG, system="li@desk", at=AT) for _ in range(5)), stamps="unstamped",
    )  # fmt: skip
    cover = frame.documents()[0]
    for told in (telling(own(tag), plain), telling(own(tag), huge)):
        reader = PdfReader(BytesIO(fitted(cover, told)))
        (page,) = reader.pages
        text = page.extract_text()
        assert told.dossier.case.case_id in text and told.dossier.referral_id in text
        assert told.dossier.bundle is not None
        groups = re.sub(r"\s", "", text)
        assert told.dossier.bundle.tag_manifest_sha256 in groups
        assert not page["/Resources"].get("/XObject")
        scale = 1.0
        for operands, operator in ContentStream(page.get_contents(), reader).operations:
            if operator in (b"rg", b"RG", b"g", b"G"):
                assert {float(one) for one in operands} <= {0.0, 1.0}
            assert operator not in (b"k", b"K", b"sh")
            if operator == b"cm" and float(operands[0]) != 1.0:
                scale = abs(float(operands[0]))
            if operator == b"Tf":
                assert float(operands[1]) * scale >= 10


def observed(times: int) -> Dossier:
    """A case of three hosts, each seen so often at one address and of no known country; the observations take turns."""
    hosts = ("attic.example", "harbour.example", "quay.example")
    said = [
        Statement(
            f"ST{number:04d}", hosts[number % 3], "address", f"192.0.2.{number % 3}", AT + timedelta(hours=number),
            "the connection itself", "high", f"X{number}",
        )
        for number in range(3 * times)
    ]  # fmt: skip
    facts = tuple(StatementFact(basis=(Basis("statement", one.statement_id),), statement=one) for one in said)
    hidden = tuple(
        Unplaced(
            basis=tuple(b for f in facts if f.statement.host == host for b in f.basis),
            host=host,
            why="unplaced",
            edge="",
        )
        for host in hosts
    )
    return dossier(hosts=hosts, statements=facts, places=(), moves=(), unplaced=hidden)


@pytest.mark.parametrize("tag", ["en", "zh"])
def test_however_often_hosts_were_observed_the_cover_says_as_much_and_each_thing_stands_on_one_line(tag: str) -> None:
    few, many = (telling(own(tag), observed(times)) for times in (4, 100))
    cover = frame.documents()[0].make
    rows = [
        [row for block in cover(told).blocks if isinstance(block, Pairs) for row in block.rows] for told in (few, many)
    ]
    assert [len(str(row)) // 10 for row in rows[0]] == [len(str(row)) // 10 for row in rows[1]]
    assert press.pages(press.pdf(cover(many), many.language, "foot")) == 1
    said = [row for block in sheets(many)["attribution"].blocks if isinstance(block, Table) for row in block.rows]
    lines = [row for row in said if row[1] == Cell("192.0.2.0", "url")]
    assert (
        len(lines) == 1 and lines[0][-1] == "S1-S100" and "100" in str(lines[0][2]) and "2026-03-13" in str(lines[0][2])
    )


def test_a_page_of_its_own_size_names_a_few_short_names_at_most() -> None:
    odd = [Basis("statement", f"ST{number}") for number in range(60)]
    labels = Labels([], odd)
    assert labels.several(odd[::2], most=3) == "S1, S3, S5, ..." and labels.several(odd, most=3) == "S1-S60"


def test_thresholds_that_were_not_in_force_or_are_another_countrys_are_not_on_the_cover() -> None:
    (law, *_) = [one for one in thresholds.known() if one.jurisdiction == "US" and one.covers(AT)]
    past = replace(
        law,
        threshold_id="past",
        offence={"en": "Old offence", "zh": "旧罪名"},
        effective_to=AT.date() - timedelta(days=1),
    )
    held = tuple(
        ThresholdFact(basis=REFERRAL, assessment=assessed, figures=tuple(REFERRAL for _ in assessed.figures))
        for assessed in (thresholds.assess(one, ()) for one in (law, past, replace(law, jurisdiction="CN")))
    )
    administrative = dossier(thresholds=held, case=replace(dossier().case, track="administrative"))
    told = telling(own("en"), administrative)
    (line,) = [
        row[1]
        for block in sheets(told)["cover"].blocks
        if isinstance(block, Pairs)
        for row in block.rows
        if row[0] == "Thresholds"
    ]
    assert "of 1 in force in US" in str(line) and "1 not met" in str(line)
    text = str(sheets(told)["thresholds"].blocks)
    assert text.count("Not in force on the days of this case.") == 1 and "stand here for information" in text
    assert "stand here for information" not in str(
        sheets(telling(own("en"), dossier(thresholds=held)))["thresholds"].blocks
    )


def sheets(told: Telling) -> dict[str, Sheet]:
    return {document.name: document.make(told) for document in frame.documents()}


def words(sheet: Sheet) -> list[str]:
    """Every text of a sheet that was said, not quoted: its title, heads, paragraphs, labels of blanks."""
    found = [sheet.title]
    for block in sheet.blocks:
        if isinstance(block, Text):
            found.append(block.text)
        elif isinstance(block, Table):
            found += block.head
        elif isinstance(block, Blanks):
            found += [label for label, _ in block.rows]
    return found


def test_a_third_language_is_a_file(tmp_path: Path) -> None:
    """An invented language whose every sentence begins with its mark: no sheet says a word of another."""
    mark = "¤"
    lines = ["[language]", 'fonts = "sans-serif"', 'data = "en"']
    for name, entries in topic("referral").items():
        if name in ("language", "country"):
            continue
        lines.append(f"[{name}]")
        lines += [f'"{key}" = """{mark}{entry["en"]}"""' for key, entry in entries.items()]
    file = tmp_path / "qva.toml"
    file.write_text("\n".join(lines), encoding="utf-8")
    language = named("qva", tmp_path)
    told = telling(language)
    for name, sheet in sheets(told).items():
        said = [text for text in words(sheet) if not re.fullmatch(r"[\dA-Fa-f ]+", text)]
        assert said and all(mark in text for text in said), name
    assert press.pages(press.pdf(sheets(told)["facts"], language, "foot")) >= 1
    assert told.country("CA") == "CA"


def test_the_file_to_be_translated_is_a_language_already(tmp_path: Path) -> None:
    for tag in ("en", "zh"):
        (tmp_path / "copy.toml").write_text(template(tag), encoding="utf-8")
        copy = named("copy", tmp_path)
        assert copy.words == own(tag).words and copy.data == tag and not copy.is_right_to_left


def test_a_language_file_with_a_fault_is_refused_by_the_name_of_the_text(tmp_path: Path) -> None:
    whole = {
        f"{name}.{key}": entry["en"]
        for name, entries in topic("referral").items()
        if name not in ("language", "country")
        for key, entry in entries.items()
    }

    def attempt(texts: dict[str, str]) -> Language:
        tables: dict[str, list[str]] = {"language": ['fonts = "sans-serif"']}
        for name, text in texts.items():
            head, _, key = name.partition(".")
            tables.setdefault(head, []).append(f'"{key}" = """{text}"""')
        lines = [line for head, entries in tables.items() for line in (f"[{head}]", *entries)]
        (tmp_path / "qvb.toml").write_text("\n".join(lines), encoding="utf-8")
        return named("qvb", tmp_path)

    assert attempt(whole).say("cover.to") == "To"
    with pytest.raises(ConfigurationError, match=r"facts\.title"):
        attempt({name: text for name, text in whole.items() if name != "facts.title"})
    with pytest.raises(ConfigurationError, match="unknown text"):
        attempt({**whole, "facts.joke": "ha"})
    with pytest.raises(ConfigurationError, match="other names"):
        attempt({**whole, "cover.case": "Case"})
    with pytest.raises(UsageError, match="no such language"):
        named("../etc/passwd", tmp_path)


def test_both_languages_say_everything_with_the_same_facts() -> None:
    english, chinese = own("en"), own("zh")
    assert english.words.keys() == chinese.words.keys()
    for key in english.words:
        if key != "language.fonts":
            names = [set(re.findall(r"\{(\w+)", language.words[key])) for language in (english, chinese)]
            assert names[0] == names[1], key


def test_a_hostile_page_obeys_nobody_on_paper() -> None:
    hostile = item(
        1, '<script>alert(1)</script>\u202e\u200b{{ 7*7 }} {case} "x"\nE9 [S1]', "javascript:alert(1)//" + "a" * 3000
    )
    told = telling(own("en"), replace(dossier(), items=(hostile,)))
    shown = press.html(sheets(told)["exhibits"], told.language, "foot")
    assert "<script>" not in shown and "&lt;script&gt;" in shown and "[RLO]" in shown and "[ZWSP]" in shown
    assert "href" not in shown and "{{ 7*7 }}" in shown and "a" * 400 not in shown
    assert "[U+1F3AC]" in press.plain("🎬") and press.plain("灯海") == "灯海"


def test_many_exhibits_are_all_there_and_nothing_moved_is_said() -> None:
    told = telling(own("en"), dossier(90, moves=()))
    document = PdfReader(BytesIO(press.pdf(sheets(told)["exhibits"], told.language, "foot")))
    text = " ".join(page.extract_text() for page in document.pages)
    assert all(f"E{number}" in text for number in (1, 45, 90))
    moves = " ".join(words(sheets(told)["attribution"]))
    assert "No move was observed" in moves


def test_genuine_pages_stand_apart_from_what_is_complained_of() -> None:
    told = telling(own("en"))
    listed, genuine = [block for block in sheets(told)["exhibits"].blocks if isinstance(block, Table)]
    page = "https://films.example/lantern"
    assert page not in str(listed) and page in str(genuine)


def test_every_document_has_a_name_of_its_own_that_any_system_takes() -> None:
    names = [document.name for document in (*frame.documents(), *FORMS)]
    assert len(names) == len(set(names))
    assert all(re.fullmatch(r"(forms/)?[a-z0-9-]+", name) for name in names)


def test_a_fact_that_rests_on_nothing_cannot_be_made() -> None:
    for basis in ((), (Basis("exhibit", ""),)):
        with pytest.raises(EvidenceError, match="rests on nothing"):
            Approved(basis=basis, by="Li Si", system="li@desk", at=AT)


def test_a_row_of_a_table_fits_its_head_and_what_has_no_value_is_left_out() -> None:
    with pytest.raises(ValueError, match="columns"):
        table(("one", "two"), [("only",)], (50, 50))
    assert pairs(("label", "", "E1"), None, ("label", "said", "")).rows == (("label", "said", ""),)


@given(st.sets(st.tuples(st.sampled_from(["exhibit", "statement", "decision", "amount"]), st.integers(1, 40))))
def test_short_names_drawn_together_name_exactly_what_they_stand_for(chosen: set[tuple[str, int]]) -> None:
    exhibits = [(number, f"e{number}") for number in range(1, 41)]
    others = [Basis(kind, f"{kind}{number}") for kind in ("statement", "decision", "amount") for number in range(1, 41)]  # type: ignore[arg-type]
    labels = Labels(exhibits, others)
    basis = [Basis(kind, f"e{n}" if kind == "exhibit" else f"{kind}{n}") for kind, n in chosen]  # type: ignore[arg-type]
    told = labels.several(basis)
    found = set()
    for part in told.split(", ") if told else []:
        first, _, last = part.partition("-")
        for number in range(int(first[1:]), int((last or first)[1:]) + 1):
            found.add(f"{first[0]}{number}")
    assert found == {labels.one(one) for one in basis}


def test_scripts_are_told_by_their_letters_and_no_language_is_guessed() -> None:
    assert shares("灯海归航 HD") == [("Han", 67), ("Latin", 33)]
    assert shares("123 !!") == [] and shares("فيلم") == [("Arabic", 100)]
    assert shares("あいう漢" + "a" * 200)[0] == ("Latin", 98)
