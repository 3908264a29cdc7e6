"""Files of works: what is taken, what is refused, and how a fault is named."""

import json
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook

from crawler.errors import WatchlistError
from crawler.model import Work
from crawler.watchlist import importing


def csv(folder: Path, text: str, encoding: str = "utf-8", name: str = "works.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def titles(path: Path, encoding: str | None = None) -> list[str]:
    return [work.title for work in importing.read(path, encoding).works]


def test_header_forgives_case_and_blanks(tmp_path: Path) -> None:
    read = importing.read(csv(tmp_path, " Title ,KIND,Licensed Domains\nThe Salt Lantern,Film,Shop.Example\n"))
    assert read.works == (Work("", "The Salt Lantern", "film", licensed_domains=("shop.example",)),)


def test_several_values_in_one_cell(tmp_path: Path) -> None:
    read = importing.read(csv(tmp_path, 'title,aliases,creators\nX1,"a; b；c;;a","[""Steins;Gate"", ""d""]"\n'))
    assert read.works[0].aliases == ("a", "b", "c")
    assert read.works[0].creators == ("Steins;Gate", "d")


def test_a_bracketed_alias_is_no_array(tmp_path: Path) -> None:
    assert importing.read(csv(tmp_path, "title,aliases\nX1,[REC]\n")).works[0].aliases == ("[REC]",)


def test_quoted_newline_is_one_row(tmp_path: Path) -> None:
    path = csv(tmp_path, 'title,year\n"The Salt\nLantern",2024\n\nOther,20x4\n')
    with pytest.raises(WatchlistError, match=r"row 4, column year \(B\): “20x4”"):
        importing.read(path)


def test_every_fault_is_named_by_row_and_column(tmp_path: Path) -> None:
    path = csv(tmp_path, "id,title,kind,year\na,One,movie,2024\na,,film,999\nb c,Three,film,2101\n")
    with pytest.raises(WatchlistError) as refused:
        importing.read(path)
    said = str(refused.value)
    assert "works.csv" in said
    for place in (
        "row 2, column kind (C)",
        "row 3, column title (B)",
        "row 3, column year (D)",
        "row 4, column id (A)",
        "row 4, column year (D)",
    ):
        assert place in said
    assert "\n" not in said


def test_an_id_that_stands_twice(tmp_path: Path) -> None:
    with pytest.raises(WatchlistError, match=r"row 3, column id \(A\): “a” is also the id of row 2"):
        importing.read(csv(tmp_path, "id,title\na,One\na,Two\n"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("title,director\nX1,y\n", "unknown column “director”.*column B"),
        ("title,title\nX1,y\n", "stands twice"),
        ("name\nX1\n", "unknown column “name”"),
        ("id,kind\na,film\n", "no column “title”"),
        ("title\n", "no works"),
        ("", "no works"),
        ('title\n"never closed\n', "broken CSV.*row 2"),
        ('title,kind\n"a" b,film\n', "broken CSV.*row 2"),
        ("title\nX1,stray\n", "row 2, column B: “stray” stands beyond"),
        ("title\n***\n", "no letter or digit"),
        ("title\na\x07b\n", r"U\+0007"),
        ("title,licensed_domains\nX1,video.example/channel\n", "no host name"),
        ("title,licensed_domains\nX1,shop.example (UK)\n", r"row 2, column licensed_domains \(B\): .*write GB"),
        (
            'title,授权域名\nX1,"a.example; shop.example (CN; 2026..2024)"\n',
            r"row 2, .*\(B\): .*ends .*before it begins",
        ),
    ],
)
def test_what_is_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(WatchlistError, match=said):
        importing.read(csv(tmp_path, text))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_chinese_spreadsheets(tmp_path: Path, encoding: str) -> None:
    assert titles(csv(tmp_path, "title,kind\n渡口空无一人,film\n雾港长河,series\n", encoding)) == [
        "渡口空无一人",
        "雾港长河",
    ]


@pytest.mark.parametrize(
    ("text", "encoding"), [("title\nAmélie Poulain\n", "cp1252"), ("title\n渡口空無一人的碼頭\n", "big5")]
)
def test_a_doubtful_encoding_is_asked_for(tmp_path: Path, text: str, encoding: str) -> None:
    path = csv(tmp_path, text, encoding)
    with pytest.raises(WatchlistError, match="--encoding"):
        importing.read(path)
    assert titles(path, encoding) == [text.split("\n")[1]]


def test_semicolons_and_tabs_between_columns(tmp_path: Path) -> None:
    assert titles(csv(tmp_path, "title;kind\nX1;film\n")) == ["X1"]
    assert titles(csv(tmp_path, "title\tkind\nX1\tfilm\n", name="works.tsv")) == ["X1"]


def test_an_apostrophe_guard_is_undone(tmp_path: Path) -> None:
    assert titles(csv(tmp_path, "title\n'=1+1\n'Round Midnight\n")) == ["=1+1", "'Round Midnight"]


def test_workbook(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Title", "Year", "Aliases"])
    sheet.append([1984, 1984.0, "Nineteen Eighty-Four; 一九八四"])
    sheet.append([None, None, None])
    book.save(tmp_path / "works.xlsx")
    read = importing.read(tmp_path / "works.xlsx")
    assert read.works == (Work("", "1984", year=1984, aliases=("Nineteen Eighty-Four", "一九八四")),)
    sheet.append([date(2024, 9, 11), "soon", ""])
    book.save(tmp_path / "works.xlsx")
    with pytest.raises(WatchlistError, match=r"row 4, column title \(A\).*date.*row 4, column year \(B\)"):
        importing.read(tmp_path / "works.xlsx")


def test_a_broken_workbook(tmp_path: Path) -> None:
    (tmp_path / "works.xlsx").write_bytes(b"PK\x03\x04 not a workbook")
    with pytest.raises(WatchlistError, match="not a workbook"):
        importing.read(tmp_path / "works.xlsx")


def test_json_and_lines(tmp_path: Path) -> None:
    rows = [{"title": "One", "year": 2001, "aliases": ["a;b", "c"]}, {"title": "Two", "creators": "d; e"}]
    (tmp_path / "w.json").write_text(json.dumps(rows))
    (tmp_path / "w.jsonl").write_text("".join(json.dumps(row) + "\n\n" for row in rows))
    expected = (Work("", "One", year=2001, aliases=("a;b", "c")), Work("", "Two", creators=("d", "e")))
    assert importing.read(tmp_path / "w.json").works == expected
    assert importing.read(tmp_path / "w.jsonl").works == expected


def test_licences_in_every_form(tmp_path: Path) -> None:
    kept = ("shop.example (CN, TW; 2024-01-01..2026-12-31)", "b.example")
    path = csv(tmp_path, "片名,授权域名,出版社\nX1,shop.example（中国、台湾；2024至2026）；b.example,潮声出版社\n")
    assert importing.read(path).works == (Work("", "X1", licensed_domains=kept, publishers=("潮声出版社",)),)
    limited = {"domain": "shop.example", "territories": ["CN", "TW"], "from": "2024", "until": "2026-12-31"}
    for name, value in (("json", [limited, "b.example"]), ("json", [kept[0], {"domain": "b.example"}])):
        (tmp_path / f"w.{name}").write_text(json.dumps([{"title": "X1", "licensed_domains": value}]))
        assert importing.read(tmp_path / f"w.{name}").works == (Work("", "X1", licensed_domains=kept),)
    cell = json.dumps([limited, "b.example"]).replace('"', '""')
    assert importing.read(csv(tmp_path, f'title,licensed_domains\nX1,"{cell}"\n')).works[0].licensed_domains == kept


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("w.json", '[{"title": "X1", "licensed_domains": [{"domain": "x.example", "till": 1}]}]', "no member “till”"),
        ("w.json", "[{]", "not JSON"),
        ("w.json", '{"title": "x"}', "not a list"),
        ("w.json", '[{"title": "One"}, 7]', "row 2"),
        ("w.json", '[{"title": {"en": "x"}}]', "row 1, column title: .*dict"),
        ("w.json", '[{"title": "X1", "year": true}]', "row 1, column year"),
        ("w.jsonl", '{"title": "One"}\n{"title"\n', "not JSON.*row 2"),
        ("w.jsonl", '{"titel": "One"}\n', "unknown column “titel”"),
        ("w.xls", "", "not a format"),
    ],
)
def test_broken_json(tmp_path: Path, name: str, text: str, said: str) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(WatchlistError, match=said):
        importing.read(tmp_path / name)


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(WatchlistError, match="No such file"):
        importing.read(tmp_path / "none.csv")


def test_the_bytes_that_were_read_are_handed_on(tmp_path: Path) -> None:
    path = csv(tmp_path, "title\nThe Salt Lantern\n")
    before = path.read_bytes()
    read = importing.read(path)
    path.write_text("title\nAnother\n")
    assert read.data == before


def test_chinese_headings_and_kinds(tmp_path: Path) -> None:
    text = "编号,片名,类型,年份,别名,导演,主演,正版域名,标识,策略\nferry,渡口空无一人,电影,2023,无人渡口;Ferry,沈未眠,陆听澜；周砚,shop.example,X1,严格\n"
    (work,) = importing.read(csv(tmp_path, text)).works
    assert work == Work(
        "ferry", "渡口空无一人", "film", 2023, None, ("无人渡口", "Ferry"), ("沈未眠", "陆听澜", "周砚"), ("shop.example",),
        ("X1",), "strict",
    )  # fmt: skip


def test_chinese_headings_in_a_workbook(tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(["作品名称", "类型", "年份", "作者/导演/主演"])
    book.active.append(["雾港长河", "电视剧", 2021, "沈未眠"])
    book.save(tmp_path / "片单.xlsx")
    read = importing.read(tmp_path / "片单.xlsx")
    assert read.works == (Work("", "雾港长河", "series", 2021, creators=("沈未眠",)),)
    assert read.named == (frozenset({"title", "kind", "year", "creators"}),)


@pytest.mark.parametrize(
    ("written", "kind"),
    [("电影", "film"), ("剧集", "series"), ("图书", "book"), ("书", "book"), ("有声书", "audiobook"), ("音乐", "music"),
     ("软件", "software"), ("游戏", "game"), ("光盘", "disc"), ("FILM", "film")],
)  # fmt: skip
def test_kinds_in_chinese(tmp_path: Path, written: str, kind: str) -> None:
    assert importing.read(csv(tmp_path, f"title,kind\nX1,{written}\n")).works[0].kind == kind


@pytest.mark.parametrize(
    ("text", "guess"),
    [
        ("titel\nX1\n", "did you mean “title”"),
        ("title,author\nX1,y\n", "did you mean “creators”"),
        ("title,licenced domains\nX1,y\n", "did you mean “licensed_domains”"),
        ("title,kind\nX1,movie\n", "did you mean “film”"),
        ("title,kind\nX1,sofware\n", "did you mean “software”"),
        ("title,policy\nX1,reveiw\n", "did you mean “review”"),
    ],
)
def test_a_slip_is_asked_about(tmp_path: Path, text: str, guess: str) -> None:
    with pytest.raises(WatchlistError, match=guess):
        importing.read(csv(tmp_path, text))


def test_the_same_people_column_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WatchlistError, match="stands twice"):
        importing.read(csv(tmp_path, "title,导演,导演\nX1,a,b\n"))
    with pytest.raises(WatchlistError, match="stands twice"):
        importing.read(csv(tmp_path, "标题,作品\nX1,X2\n"))
