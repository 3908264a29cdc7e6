"""What partners send, in every form in which they send it, and what goes back to them."""

import io
import json
import zipfile
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawler.casework.leads import lumen, reading, records, tabular, writing
from crawler.casework.leads.address import address
from crawler.casework.leads.clue import Clue
from crawler.casework.leads.outcome import Outcome, Sight, outcome, tally
from crawler.errors import UsageError
from crawler.watchlist import sheet

PAGE = "https://board.example/t/1"


def urls(name: str, data: bytes) -> list[str]:
    return [clue.url or clue.host for clue in reading.read(name, data).clues]


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("hxxps://Board[.]example/t/1?a=B", ("https://Board.example/t/1?a=B", "board.example")),
        ("board.example", ("", "board.example")),
        ("*.Board.example", ("", "board.example")),
        ("board.example/t/1", ("https://board.example/t/1", "board.example")),
        ("127.0.0.9", ("", "127.0.0.9")),
        ("magnet:?xt=urn:btih:" + "a1" * 20, ("magnet:?xt=urn:btih:" + "a1" * 20, "")),
        ("The Salt Lantern", None),
        ("report.docx", None),
        ("n/a", None),
        ("", None),
    ],
)
def test_an_address_is_read_as_it_is_written(written: str, found: tuple[str, str] | None) -> None:
    assert address(written) == found


def test_a_spreadsheet_under_chinese_headings() -> None:
    text = "序号,侵权链接,作品名称,正版链接,发现时间,备注\n1,https://board.example/t/1,盐灯记,https://salt.example/,2026-03-01,'=x\n2,,,,,无链接\n"
    contents = reading.read("线索.csv", text.encode("gb18030"), "gb18030")
    (clue,) = contents.clues
    assert (clue.url, clue.host, clue.title) == (PAGE, "board.example", "盐灯记")
    assert (clue.reference_url, clue.seen_at, clue.note) == ("https://salt.example/", "2026-03-01", "=x")
    assert clue.original and clue.original["序号"] == "1"


def test_a_row_without_an_address_is_named() -> None:
    contents = reading.read("a.csv", b"url,work\nhttps://board.example/t/1,Salt\nsee the forum,Salt\n")
    assert (len(contents.clues), contents.facts["unread"]) == (1, ["row 3: no address"])


def test_a_table_without_headings_and_several_links_in_a_cell() -> None:
    assert urls("a.csv", b"The Salt Lantern,https://board.example/t/1\n") == [PAGE]
    assert urls("a.csv", b"url\nhttps://board.example/t/1 https://board.example/t/2\n") == [
        PAGE,
        "https://board.example/t/2",
    ]
    assert urls("a.csv", b"domain,url\nboard.example,https://board.example/t/1\nshop.example,\n") == [
        PAGE,
        "shop.example",
    ]


def test_a_workbook() -> None:
    book = Workbook()
    book.active.append(["Domain Name", "Comments"])
    book.active.append(["board.example", "sells discs"])
    data = io.BytesIO()
    book.save(data)
    (clue,) = reading.read("a.xlsx", data.getvalue()).clues
    assert (clue.url, clue.host, clue.note) == ("", "board.example", "sells discs")


def test_lists_of_domains_in_the_notations_of_filter_lists() -> None:
    text = "# mirrors\n\n! comment\n||board.example^\n0.0.0.0 shop.example\nhttps://board.example/t/1  seen in March\nnothing here\n"
    assert urls("list.txt", text.encode()) == ["board.example", "shop.example", PAGE]


@pytest.mark.parametrize(
    "data",
    [
        [{"url": PAGE, "title": "The Salt Lantern"}],
        {"clues": [{"link": PAGE, "work": "The Salt Lantern"}], "from": "x"},
        [PAGE],
        {"url": PAGE},
    ],
)
def test_json_in_the_shapes_that_people_send(data: object) -> None:
    assert urls("a.json", json.dumps(data).encode()) == [PAGE]


NOTICE = {
    "title": "Notice of March", "date_sent": "2026-03-02", "jurisdiction_list": "US",
    "entity_notice_roles_attributes": [{"name": "sender", "entity_attributes": {"name": "Harbour Films"}}],
    "works_attributes": [
        {"description": "The Salt Lantern", "infringing_urls_attributes": [{"url": PAGE}, {"url": "https://pan.example/s/A1"}],
         "copyrighted_urls_attributes": [{"url": "https://salt.example/"}]},
        {"description": "雾港长河", "infringing_urls_attributes": [{"url": "https://board.example/t/2"}],
         "copyrighted_urls_attributes": []},
    ],
}  # fmt: skip


def test_a_notice_of_the_lumen_database_comes_back_as_it_went() -> None:
    contents = reading.read("notice.json", json.dumps(NOTICE).encode())
    assert contents.form == "lumen"
    assert [(clue.title, clue.reference_url) for clue in contents.clues] == [
        ("The Salt Lantern", "https://salt.example/"),
        ("The Salt Lantern", "https://salt.example/"),
        ("雾港长河", ""),
    ]
    assert json.loads(writing.written("n.json", contents.clues, contents.facts["notices"][0])) == NOTICE


def test_the_answer_to_a_search_of_the_lumen_database() -> None:
    found = {
        "notices": [
            {
                "type": "DMCA",
                "works": [{"description": "X", "infringing_urls": [{"url": PAGE}], "copyrighted_urls": []}],
            }
        ]
    }
    assert urls("a.json", json.dumps(found).encode()) == [PAGE]
    assert urls("a.json", json.dumps({"dmca": found["notices"][0]}).encode()) == [PAGE]


def test_a_genuine_page_never_goes_out_as_an_infringing_one() -> None:
    clues = [
        Clue(PAGE, "board.example", "X", "https://salt.example/"),
        Clue("https://salt.example/", "salt.example", "Y"),
    ]
    with pytest.raises(UsageError, match="reference page"):
        writing.written("n.json", clues, {})
    with pytest.raises(ValueError, match=r"salt\.example"):
        lumen.notice(clues, {})


texts = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), max_size=20).map(
    lambda text: " ".join(text.split())
)


@given(
    st.lists(st.tuples(texts, texts, st.sampled_from(["2026-03-01", ""])), min_size=1, max_size=5),
    st.sampled_from(writing.FORMATS),
)
def test_clues_come_back_from_a_file_without_loss(rows: list[tuple[str, str, str]], suffix: str) -> None:
    clues = [
        Clue(f"https://board.example/t/{number}", "board.example", title, "", seen if suffix != ".json" else "", note if suffix != ".json" else "")
        for number, (title, note, seen) in enumerate(rows)
    ]  # fmt: skip
    back = reading.read(f"a{suffix}", writing.written(f"a{suffix}", clues, {})).clues
    plain = [Clue(c.url, c.host, c.title, c.reference_url, c.seen_at, c.note) for c in back]
    assert sorted(plain, key=lambda clue: clue.url) == sorted(clues, key=lambda clue: clue.url)


def mail(**parts: bytes) -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "agent@partner.example", "desk@titles.example", "线索：盐灯记"
    message["Date"] = "Mon, 02 Mar 2026 09:00:00 +0800"
    message.set_content(
        "See hxxps://board[.]example/t/1 and our site.\n-- \nHarbour Films, https://www.partner.example/about"
    )
    message.add_alternative('<p>See <a href="https://board.example/t/9">this one</a></p>', subtype="html")
    for name, data in parts.items():
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name.replace("_", "."))
    return message.as_bytes()


def test_a_mail_with_what_is_attached_to_it() -> None:
    contents = reading.read("a.eml", mail(list_csv=b"url\nhttps://board.example/t/3\n", scan_pdf=b"%PDF-1.7"))
    assert {clue.url for clue in contents.clues} == {PAGE, "https://board.example/t/9", "https://board.example/t/3"}
    assert "agent" not in str(contents) and "线索" not in str(contents)
    assert contents.facts["unread"] == [
        "scan.pdf: not a file that leads come in",
        "www.partner.example: the sender's own site",
    ]
    assert {clue.seen_at for clue in contents.clues} == {"2026-03-02T01:00:00Z", ""}


def test_mails_attached_to_mails_end_somewhere() -> None:
    data = mail()
    for _ in range(6):
        data = mail(inner_eml=data)
    contents = reading.read("a.eml", data)
    assert PAGE in {clue.url for clue in contents.clues}
    assert "attached too deep" in str(contents.facts)


def warc() -> bytes:
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=True)
    for status, kind, number in (
        ("200 OK", "text/html", 1),
        ("200 OK", "image/png", 2),
        ("404 Not Found", "text/html", 3),
    ):
        head = StatusAndHeaders(status, [("Content-Type", kind)], protocol="HTTP/1.1")
        body = io.BytesIO(b"<html><title>The  Salt Lantern</title></html>")
        writer.write_record(
            writer.create_warc_record(f"https://board.example/t/{number}", "response", payload=body, http_headers=head)
        )
    return out.getvalue()


def test_a_capture_of_another_is_a_list_of_pages_to_read() -> None:
    (clue,) = reading.read("a.warc.gz", warc()).clues
    assert (clue.url, clue.note) == (PAGE, "The Salt Lantern")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("datapackage.json", "{}")
        archive.writestr("archive/data.warc.gz", warc())
    assert reading.read("a.wacz", out.getvalue()).form == "wacz"


def test_a_mail_is_read_whatever_its_head_and_parts_are() -> None:
    head = b"From: agent@partner.example\r\nMessage-ID: <a@[b\r\nDate: Fri, 01 Jan 0001 00:00:00 +2300\r\n"
    page = b'<?xml version="1.0" encoding="utf-8"?><html><a href="https://board.example/t/1">x</a></html>'
    assert urls("a.eml", head + b"Content-Type: text/html\r\n\r\n" + page) == [PAGE]
    for charset in (b"punycode", b"idna", b"rot13", b"nope"):
        assert urls("a.eml", head + b"Content-Type: text/plain; charset=" + charset + b"\r\n\r\n" + PAGE.encode()) == [
            PAGE
        ]
    with pytest.raises(UsageError, match="no address"):
        reading.read("a.eml", head + b"Content-Type: text/html\r\n\r\n<!-- only -->")
    contents = reading.read("a.eml", mail(a_zip=damaged("crc"), b_json=b'[{"url": "https://a.example/\\ud800"}]'))
    assert [one.split(":")[0] for one in contents.facts["unread"]] == ["a.zip", "b.json", "www.partner.example"]


def bundle(hit: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("x/captures/1/hit.json", hit)
    return out.getvalue()


def damaged(how: str) -> bytes:
    data = bytearray(bundle('{"url": "https://board.example/t/1"}'))
    directory = data.find(b"PK\x01\x02")
    if how == "crc":
        data[14] ^= 0xFF
        data[directory + 16] ^= 0xFF
    elif how == "encrypted":
        data[6] |= 1
        data[directory + 8] |= 1
    else:
        data[8] = data[directory + 10] = 99
    return bytes(data)


def workbook(content: bytes, name: str = "xl/worksheets/sheet1.xml") -> bytes:
    made, out = io.BytesIO(), io.BytesIO()
    Workbook().save(made)
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.namelist():
            new.writestr(member, content if member == name else old.read(member))
    return out.getvalue()


def cells(*addresses: str) -> bytes:
    space = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    rows = "".join(f'<row><c r="{at}" t="inlineStr"><is><t>{PAGE}</t></is></c></row>' for at in addresses)
    return b'<worksheet xmlns="' + space + b'"><sheetData>' + rows.encode() + b"</sheetData></worksheet>"


def test_empty_cells_that_a_workbook_was_dragged_over_count_for_nothing() -> None:
    dragged = cells("A1").replace(b"</row>", b'<c r="XFD1"/></row>')
    assert urls("a.xlsx", workbook(dragged)) == [PAGE]


@pytest.mark.parametrize(
    ("name", "data", "fault"),
    [
        ("a.json", b'{"urls":' + b"[" * 900 + b'"x"' + b"]" * 900 + b"}", "damaged|no address|not JSON"),
        ("a.json", b'[{"url":"https://a.example/1","title":"\\ud800x"}]', "half of a character"),
        ("a.json", b'[{"url":"https://a.example/\\ud800x"}]', "half of a character"),
        ("a.json", b'{"clues":[{"url":"https://a.example/1"}],"\\ud800":1}', "half of a character"),
        ("a.zip", damaged("crc"), "damaged"),
        ("a.zip", damaged("encrypted"), "damaged"),
        ("a.zip", damaged("method"), "damaged"),
        ("a.zip", bundle('{"url":"","x":' + "[" * 100_000 + "]" * 100_000 + "}"), "damaged"),
        ("a.xlsx", workbook(b"<Types/>", "[Content_Types].xml"), "not a workbook|damaged"),
        ("a.xlsx", workbook(cells("XFD1")), "256 columns"),
    ],
)
def test_a_hostile_file_is_refused_like_any_other(name: str, data: bytes, fault: str) -> None:
    with pytest.raises(UsageError, match=fault) as refused:
        reading.read(name, data)
    assert name in str(refused.value)


def test_what_unpacks_to_more_than_anybody_writes_is_refused_unopened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "UNPACKED", 10)
    monkeypatch.setattr(sheet, "UNPACKED", 10)
    for name, data in (("a.zip", bundle('{"url": "https://a.example/"}')), ("a.xlsx", workbook(cells("A1")))):
        with pytest.raises(UsageError, match="unpacks to more"):
            reading.read(name, data)
    monkeypatch.setattr(records, "MEMBERS", 0)
    with pytest.raises(UsageError, match="more than 0 files"):
        reading.read("a.zip", bundle("{}"))


def test_reading_stops_at_the_most_clues(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tabular, "MOST", 2)
    drawn = iter((number, [PAGE + str(number)]) for number in range(100))
    assert len(tabular.of_rows(drawn)[0]) == 3
    assert next(drawn)[0] == 3


def test_links_of_a_bundle_that_are_no_list_say_nothing() -> None:
    assert urls("a.zip", bundle('{"url": "https://board.example/t/1", "links": 5}')) == [PAGE]


@pytest.mark.parametrize(
    ("name", "data", "fault"),
    [
        ("a.pdf", b"%PDF", "not a file that leads come in"),
        ("a.csv", b"url\n", "no address"),
        ("a.json", b"{", "not JSON"),
        ("a.json", b"[" * 100_000, "not JSON"),
        ("a.warc.gz", b"nonsense", "not a WARC|no address"),
        ("a.zip", b"nonsense", "not an archive"),
        ("a.xlsx", b"nonsense", "not a workbook"),
        ("a.csv", "标题".encode("utf-16-le")[1:], "encoding|no address"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_by_name(name: str, data: bytes, fault: str) -> None:
    with pytest.raises(UsageError, match=fault) as refused:
        reading.read(name, data)
    assert name in str(refused.value)


def test_what_became_of_a_clue_rests_on_what_we_saw_and_decided() -> None:
    def of(
        site: str | None = "s", page: str | None = "ok", *hits: str, licensed: bool = False, rejected: bool = False
    ) -> str:
        sight = Sight(site, page, tuple((f"h{n}", status) for n, status in enumerate(hits)), licensed)
        return outcome(sight, rejected).state

    assert of() == "not-found"
    assert of(page="due") == of(page=None) == "waiting"
    assert of(page="refused") == of(page="missing") == of(page="challenge") == "failed"
    assert of(None, None) == "no-site"
    assert of("s", "ok", "new") == "found"
    assert of("s", "ok", "not_infringing") == "refuted"
    assert of("s", "ok", "not_infringing", "infringing") == "confirmed"
    assert of("s", "ok", "infringing", rejected=True) == "confirmed"
    assert of(rejected=True) == "rejected"
    assert of(licensed=True) == "licensed"
    assert tally([Outcome("found", "s"), Outcome("found", "s")]) == {"found": 2}
