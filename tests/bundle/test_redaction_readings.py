"""What a rule names is found in whatever charset, coding or part of a response it stands, and goes with its pictures."""

import base64
import gzip
import json
import re
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.bundle import disclosure_layout, redaction_kinds, redaction_readings, redaction_rules, redaction_view
from crawler.bundle.build import build
from crawler.bundle.disclosure import Order, disclose
from crawler.bundle.redacting import kinds_in, redact, redactor_of
from crawler.bundle.redaction import Marks, Redactor
from crawler.bundle.redaction_rules import Rule, Rules
from crawler.errors import UsageError
from crawler.evidence.warc_record import Record
from crawler.model import Exchange
from tests.bundle import case_workspace
from tests.bundle.test_disclosure import decoded

NAME = "张三丰"
LISTING = {"title": "t", "text": "x", "links": [], "url": "http://a.example/1", "page_url": None, "match": {}}
PERSONAL = Rule(redaction_kinds.GROUPS["personal"], (), None, "text", "", ())
CREDENTIALS = Rule(redaction_kinds.GROUPS["credentials"], (), None, "text", "", ())


def literal(*words: str, exhibits: tuple[str, ...] = ()) -> Rule:
    return Rule((), words, None, "name", "a witness", exhibits)


def redactor(*rules: Rule) -> Redactor:
    return Redactor(rules, Marks())


def exhibit(**files: bytes) -> dict[str, bytes]:
    named = {name.replace("_", "."): data for name, data in files.items()}
    return {"listing.json": json.dumps(LISTING).encode(), "text.txt": b"x", **named}


def response(body: bytes, head: bytes = b"") -> Record:
    return Record((("WARC-Type", "response"),), b"HTTP/1.1 200 OK\r\n" + head + b"\r\n" + body)


def page(charset: str, words: str) -> str:
    return f"<html><head><meta charset={charset}></head><body>{words}</body></html>"


CHARSETS = ("utf-8", "gbk", "gb18030", "big5", "shift_jis", "euc-jp", "iso-2022-jp")


@pytest.mark.parametrize("charset", CHARSETS)
@pytest.mark.parametrize("declared", ["itself", "nothing", "iso-8859-1", "utf-8"])
@pytest.mark.parametrize("stray", [b"", b"\xb5", b"\xff\xff", b"\x81"])
def test_a_byte_that_is_in_no_charset_or_a_lie_about_it_switches_nothing_off(
    charset: str, declared: str, stray: bytes
) -> None:
    name = "張三豐" if charset in ("big5", "shift_jis", "euc-jp", "iso-2022-jp") else NAME
    name = "山田太郎" if charset in ("shift_jis", "euc-jp", "iso-2022-jp") else name
    text = page({"itself": charset, "nothing": "x"}.get(declared, declared), f"回 {name} 的".replace("的", "a"))
    data = text.encode(charset).replace(b"</body>", stray + b"</body>")
    hide = redactor(literal(name))
    assert kinds_in(response(data), hide)
    made = redact(exhibit(page_html=data), hide, False)
    if "page.html" in made.derived:
        left = made.derived["page.html"][0]
        assert not hide.bytes_hold(left)
        assert name.encode() not in left
    else:
        assert made.withheld["page.html"] in ("cannot be read", "redacted")


@pytest.mark.parametrize("charset", ["gbk", "big5"])
def test_a_name_is_found_where_a_stray_byte_puts_the_decoder_out_of_step(charset: str) -> None:
    data = page(charset, "@").encode().replace(b"@", b"\xb5" + "張三豐".encode(charset) + b"  ")
    assert kinds_in(response(data), redactor(literal("張三豐"))) == {"name": 1}
    assert "page.html" in redact(exhibit(page_html=data), redactor(literal("張三豐")), False).withheld


def test_a_page_that_cannot_be_read_is_withheld_though_nothing_is_found_in_it() -> None:
    data = page("gbk", "什么都没有").encode("gbk").replace(b"</body>", b"\xff\xff</body>")
    assert redact(exhibit(page_html=data), redactor(literal(NAME)), False).withheld == {"page.html": "cannot be read"}
    assert kinds_in(response(data), redactor(literal(NAME))) is None


def test_a_page_read_by_a_charset_of_its_header_is_redacted_by_it() -> None:
    data = f"<p>{NAME} 发</p>".encode("gbk")
    made = redact(exhibit(page_html=data), redactor(literal(NAME)), False, b"Content-Type: text/html; charset=gbk\r\n")
    assert made.derived["page.html"][0].decode("utf-8-sig") == "<p>[REDACTED name 1] 发</p>"


@pytest.mark.parametrize("charset", ["utf-8", "gb18030", "latin-1"])
def test_header_fields_are_asked_in_each_charset(charset: str) -> None:
    name = "Zoë Mñz" if charset == "latin-1" else NAME
    field = b'Content-Disposition: inline; filename="' + name.encode(charset) + b'.html"\r\n'
    assert kinds_in(response(b"nothing", field), redactor(literal(name)))
    shown = field.decode("latin-1").strip()
    assert name.encode(charset).decode("latin-1") not in redactor(literal(name)).value({"field": shown})["field"]


def gzipped(data: bytes, field: bytes, flag: int) -> bytes:
    plain = gzip.compress(data, mtime=0)
    return plain[:3] + bytes([flag]) + plain[4:10] + field + plain[10:]


HIDDEN = b"Set-Cookie: sid=abcdef123456"
PAGE = b"<p>nothing</p>"
CHUNKED = b"Transfer-Encoding: chunked\r\n"


@pytest.mark.parametrize(
    ("head", "body"),
    [
        (CHUNKED, b"e\r\n" + PAGE + b"\r\n0\r\n" + HIDDEN + b"\r\n\r\n"),
        (CHUNKED, b"e;token=abcdef123456\r\n" + PAGE + b"\r\n0\r\n\r\n"),
        (CHUNKED, b"e\r\n" + PAGE + b"\r\n0;token=abcdef123456\r\n\r\n"),
        (CHUNKED, b"e\r\n" + PAGE + b"\r\n0\r\n\r\n" + HIDDEN),
        (b"Content-Length: 14\r\n", PAGE + HIDDEN),
        (b"Content-Encoding: gzip\r\n", gzip.compress(PAGE, mtime=0) + HIDDEN),
        (b"Content-Encoding: deflate\r\n", zlib.compress(PAGE) + HIDDEN),
        (b"Content-Encoding: gzip\r\n", gzipped(PAGE, HIDDEN + b"\x00", 8)),
        (b"Content-Encoding: gzip\r\n", gzipped(PAGE, HIDDEN + b"\x00", 16)),
        (b"Content-Encoding: gzip\r\n", gzipped(PAGE, len(HIDDEN).to_bytes(2, "little") + HIDDEN, 4)),
    ],
)
def test_bytes_that_are_no_part_of_the_page_are_asked_too(head: bytes, body: bytes) -> None:
    assert kinds_in(response(body, head), redactor(CREDENTIALS))
    assert kinds_in(response(body, head), redactor(literal("abcdef123456")))
    assert kinds_in(response(PAGE), redactor(CREDENTIALS)) == {}


@pytest.mark.parametrize(
    ("head", "body"),
    [
        (b"Content-Encoding: gzip\r\n", gzip.compress(PAGE, mtime=0)[:-12] + b"\x00" * 12),
        (b"Content-Encoding: br\r\n", brotli.compress(PAGE) + b"after"),
        (b"Content-Encoding: zstd\r\n", b"\x50\x2a\x4d\x18\x04\x00\x00\x00abcd"),
        (b"Content-Encoding: gzip, gzip\r\n", gzip.compress(gzip.compress(PAGE, mtime=0), mtime=0)),
        (b"Content-Encoding: own\r\n", PAGE),
    ],
)
def test_what_cannot_be_undone_whole_cannot_be_looked_through(head: bytes, body: bytes) -> None:
    assert kinds_in(response(body, head), redactor(CREDENTIALS)) is None


def test_codings_that_can_be_undone_are_looked_through() -> None:
    for coding, body in (
        ("gzip", gzip.compress(PAGE)),
        ("deflate", zlib.compress(PAGE)),
        ("br", brotli.compress(PAGE)),
    ):
        assert kinds_in(response(body, f"Content-Encoding: {coding}\r\n".encode()), redactor(CREDENTIALS)) == {}


@pytest.mark.parametrize(
    "tag",
    ["ins", "nobr", "del", "label", "q", "cite", "ruby", "big", "tt", "kbd", "var", "time", "strike", "x-own", "acronym",
     f"b title='{'y' * 5000}'", 'b title="a>b"', "b it's"],
)  # fmt: skip
def test_any_tag_within_a_line_leaves_a_value_whole(tag: str) -> None:
    raw = f"<p>139<{tag}>1234</{tag.split()[0]}>5678</p>"
    made = redactor(PERSONAL).text(raw, markup=True)
    assert made.text == raw.replace("139", "[REDACTED phone 1]").replace(">1234<", "><").replace(">5678<", "><")


@pytest.mark.parametrize(
    "raw",
    ["张<!-- " + "x" * 9000 + " -->三丰", "<ruby>张<rt>zhang</rt>三<rt>san</rt>丰</ruby>", "张&#19977;丰", "张&#x4e09丰", "\\u5f20\\u{4e09}\\u4e30",
     "\\5f20 \\4e09 \\4e30", quote(NAME), quote(quote(NAME)), quote(quote(quote(NAME))), quote(NAME.encode("gbk")), "张&amp;#19977;丰",
     "&#24352;&lt;b&gt;三丰"],
)  # fmt: skip
def test_a_name_is_found_however_it_is_written(raw: str) -> None:
    made = redactor(literal(NAME)).text(f"<p>{raw}</p>", markup=True)
    assert made.changed
    assert not redactor(literal(NAME)).matches(made.text, markup=True)


def test_a_byte_of_an_older_charset_that_is_a_letter_belongs_to_its_character() -> None:
    raw = quote("朱镕".encode("gbk"))
    assert raw == "%D6%EC%E9F"
    assert redactor(literal("朱镕")).text(f"?q={raw}&x").text == "?q=[REDACTED name 1]&x"


@pytest.mark.parametrize("raw", ["Wei\n   Zhou", "Wei&nbsp;Zhou", "Wei<br>Zhou", "Wei\u3000\u3000Zhou", "wei zhou"])
def test_white_space_of_a_literal_is_any(raw: str) -> None:
    assert "hou" not in redactor(literal("Wei Zhou")).text(raw, markup=True).text


def test_an_address_that_cloudflare_hides_is_hidden() -> None:
    written = "54" + "".join(f"{byte ^ 0x54:02x}" for byte in b"wei.zhou@mail.example")
    made = redactor(PERSONAL).text(f'<a data-cfemail="{written}">x</a>', markup=True)
    assert made.text == '<a data-cfemail="[REDACTED e-mail 1]">x</a>'
    assert "54" not in redactor(PERSONAL).text(f"/cdn-cgi/l/email-protection#{written}").text


@pytest.mark.parametrize(
    "raw",
    ["139.1234.5678", "139–1234–5678", "139 12 34 56 78", "139-123-45678", "1391 2345 678", "(010) 6234-5678", "139 1234  5678",
     "1.3.9.1.2.3.4.5.6.7.8", "+86 139.1234.5678", "139·1234·5678", "13912-345-678"],
)  # fmt: skip
def test_a_telephone_number_is_one_with_any_gaps(raw: str) -> None:
    assert redactor(PERSONAL).text(f"tel {raw}!").text == "tel [REDACTED phone 1]!"


@pytest.mark.parametrize(
    "raw",
    ["Mozilla/5.0 Chrome/156.0.80.79 Safari/537.36", "Chrome/156.0.8078.79", "Chrome/120.0.0.0", "curl/8.0.0.1", 'v="120.0.0.1"', "version: 1.2.3.4",
     "v1.2.3.4", "Chromium 120.0.0.0"],
)  # fmt: skip
def test_the_version_of_a_program_is_no_address(raw: str) -> None:
    assert redactor(PERSONAL).text(raw).text == raw


def test_the_address_of_the_server_is_evidence_and_another_is_not() -> None:
    capture = {
        "url": "http://203.0.113.9:8080/x?from=203.0.113.50",
        "peer": {"address": "203.0.113.8", "port": 8080},
        "note": "at 203.0.113.9:8080, 203.0.113.8; from 203.0.113.88 and 203.0.113.50",
    }
    files = exhibit(capture_json=json.dumps(capture).encode())
    made = redactor_of((PERSONAL,), Marks(), files, ()).value(capture)
    assert made["peer"] == capture["peer"]
    assert made["url"] == capture["url"]
    assert made["note"] == (
        "at 203.0.113.9:8080, 203.0.113.8; from [REDACTED IP address 1] and [REDACTED IP address 2]"
    )


@pytest.mark.parametrize("name", ["dom.txt", "hit.json", "capture.json", "page.html", "text.txt"])
def test_a_picture_goes_with_whatever_was_redacted_beside_it(name: str) -> None:
    said = json.dumps({"x": NAME}).encode() if name.endswith(".json") else NAME.encode()
    files = exhibit() | {name: said, "screenshot.png": b"\x89PNG"}
    assert redact(files, redactor(literal(NAME)), False).withheld == {"screenshot.png": "picture"}
    assert redact(files, redactor(literal(NAME)), True).withheld == {}


SECRETS = ("张三丰", "Wei Zhou", "secret-9")
WRITINGS = (
    lambda text, charset: text,
    lambda text, charset: "".join(f"&#{ord(one)};" for one in text),
    lambda text, charset: "".join(f"\\u{{{ord(one):x}}}" for one in text),
    lambda text, charset: "".join(f"\\u{ord(one):04x}" for one in text),
    lambda text, charset: quote(text.encode(charset)),
    lambda text, charset: quote(quote(text.encode(charset))) if charset == "utf-8" else quote(text.encode(charset)),
    lambda text, charset: "<i>x</i>".replace("x", "</i><x-y>".join(text)),
    lambda text, charset: text.replace(" ", "\n \t"),
)


@given(
    st.sampled_from(SECRETS), st.sampled_from(WRITINGS), st.sampled_from(["utf-8", "gbk", "gb18030"]),
    st.sampled_from(["utf-8", "gbk", "big5", "iso-8859-1", "x"]), st.text("海灯 ab<>&;%1", max_size=8),
    st.sampled_from([b"", b"\xb5", b"\xff", b"\x1b$B"]),
)  # fmt: skip
def test_no_secret_survives_in_a_derived_page_in_any_reading(
    secret: str, writing: Callable[[str, str], str], charset: str, declared: str, around: str, stray: bytes
) -> None:
    written = writing(secret, charset)
    data = page(declared, f"{around} {written} ").encode(charset) + stray
    hide = redactor(literal(*SECRETS))
    made = redact(exhibit(page_html=data), hide, False)
    assert kinds_in(response(data), hide)
    assert "page.html" in {*made.derived, *made.withheld}
    left = made.derived.get("page.html", (b"",))[0]
    for text in redaction_readings.every(left):
        for view in redaction_view.views(text, True):
            assert not any(re.search(r"\s+".join(one.split()), view.text, re.IGNORECASE) for one in SECRETS)


@pytest.mark.parametrize(
    "piece",
    ["<!--", '<a ="', "<a ='\">", '<a =">"', "%e5%25", "&#38;", "<rt>", "<a ", "&#1", "\\u{", "1.3.", "139 12 "],
)
def test_a_hostile_page_costs_no_more_than_its_length(piece: str) -> None:
    raw = piece * (60_000 // len(piece))
    assert redactor(PERSONAL, literal(NAME)).text(raw, markup=True).raw == raw


@pytest.mark.parametrize(
    "text",
    [
        'decided_by = "Zhou"\nreason = "Wei  zhou asked"\n[[rule]]\nliteral = "Wei Zhou"\nreason = "x"',
        'decided_by = "Zhou"\nreason = "x"\n[[rule]]\nliteral = "Wei Zhou"\nreason = "hides ｗei zhou"',
        'decided_by = "Zhou"\nreason = "x"\n[[rule]]\nliteral = "Wei Zhou"\nreason = "x"\nname = "Wei Zhou"',
        'decided_by = "Wei Zhou"\nreason = "x"\n[[rule]]\nliteral = "Wei Zhou"\nreason = "x"',
        'decided_by = "Zhou"\nreason = "x"\n[[rule]]\npattern = "\\\\d{11}"\nreason = "13912345678"',
        'decided_by = "Zhou"\nreason = "call 13912345678"\n[[rule]]\nkinds = ["phone"]',
    ],
)
def test_words_that_tell_what_they_hide_are_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "RULES.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match="holds what rule 1 hides"):
        redaction_rules.read(path)


def test_a_rule_for_one_exhibit_holds_for_what_all_share(tmp_path: Path) -> None:
    case = case_workspace.make(tmp_path / "workspace")
    bundle = build(case.store, case.workspace, case.case_id).bundle
    case.store.close()
    # The collector's name stands in the case, in the runs' entries and in the segment's own record.
    words = ("Lin Example", "灯海归航")
    held = b"".join(data for _, data in decoded(bundle))
    rules = Rules("Zhou", "bystanders", (literal(*words, exhibits=("1",)),))
    part = disclose(bundle, Order(("1", "2"), rules, out=tmp_path / "part"))
    for word in words:
        assert word.encode() in held
    for name, data in decoded(part.folder):
        assert words[0].encode() not in data or name in part.not_hidden, name
    assert f"{disclosure_layout.ORIGINAL}bag-info.txt" in part.not_hidden


def test_who_looked_at_pictures_lets_no_page_go_that_cannot_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = case_workspace.page
    body = page("gbk", "什么都没有 witness-page").encode("gbk").replace(b"</body>", b"\xff\xff</body>")
    monkeypatch.setattr(case_workspace, "page", lambda title, text: plain(title, text) if title == "list" else body)
    case = case_workspace.make(tmp_path / "workspace")
    bundle = build(case.store, case.workspace, case.case_id).bundle
    case.store.close()
    assert any(b"witness-page" in data for _, data in decoded(bundle))
    rules = Rules("Zhou", "bystanders", (literal(NAME),))
    part = disclose(bundle, Order(("1",), rules, pictures="looked at", out=tmp_path / "part"))
    assert not any(b"witness-page" in data for _, data in decoded(part.folder))


@pytest.mark.parametrize(
    ("word", "raw"),
    [
        ("José Example", "by Jos&eacute Example"),
        ("13812345678", "138&shy1234&shy5678"),
        ("Zhang San", "Zhang&nbspSan"),
        ("Zhang San", r'{"by":"Zhang\nSan"}'),
        ("Zhang San", '<a href="/search?q=Zhang+San">'),
        ("https://space.example/u/77", r'{"at":"https:\/\/space.example\/u\/77"}'),
        ("José", "Jose\u0301"),
        ("김철수", "\u1100\u1175\u11b7\u110e\u1165\u11af\u1109\u116e"),
    ],
)
def test_a_name_is_found_however_a_browser_may_be_told_it(word: str, raw: str) -> None:
    made = redactor(literal(word)).text(f"<p>{raw}</p>", markup=True)
    assert "[REDACTED name 1]" in made.text
    assert redaction_view.views(made.text.replace("[REDACTED name 1]", ""), True)
    assert not redactor(literal(word)).matches(made.text, markup=True)


def test_escaped_slashes_hide_no_account_and_no_password() -> None:
    raw = r'<script>{"a":"https:\/\/t.me\/bob_runner","b":"ftp:\/\/bob:hunter22@files.example\/"}</script>'
    made = redactor(PERSONAL, CREDENTIALS).text(raw, markup=True).text
    assert "bob_runner" not in made and "hunter22" not in made


def test_users_of_a_list_page_and_addresses_in_a_head_are_found_in_its_record() -> None:
    files = exhibit(page_html=b"<p>nobody</p>", capture_json=b"{}")
    asked = redactor_of([PERSONAL], Marks(), files, [])
    shown = response(b'<a href="/home.php?mod=space&uid=4">harbour_cat</a>')
    assert kinds_in(shown, asked) == {"user name": 1}
    assert kinds_in(response(b"<p>nobody</p>", b"X-Owner: wang.li@mail.example\r\n"), asked)
    assert kinds_in(response(b"<p>nobody</p>", b"Server: nginx/1.2.3.4\r\n"), asked) == {}


def test_a_name_in_a_certificate_goes_with_the_chain_and_the_record_of_it(tmp_path: Path) -> None:
    case = case_workspace.make(tmp_path / "workspace")
    bundle = build(case.store, case.workspace, case.case_id).bundle
    case.store.close()
    assert b"trustme" in b"".join(certificates(bundle))
    part = disclose(bundle, Order(("2",), Rules("Zhou", "r", (literal("trustme"),)), out=tmp_path / "part"))
    assert b"trustme" not in b"".join(certificates(part.folder))


def certificates(folder: Path) -> list[bytes]:
    """Every certificate in PEM, in files and in records, as DER."""
    found = b"".join(data.replace(b"\\n", b"\n") for _, data in decoded(folder))
    pem = re.compile(rb"-----BEGIN CERTIFICATE-----([^-]+)-----END CERTIFICATE-----")
    return [base64.b64decode(match[1]) for match in pem.finditer(found)]


def test_a_page_whose_charset_its_server_alone_says_stays_readable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = "燈海歸航 繁體中文資源 聯絡 wang@mail.example 謝謝大家的支持與鼓勵"
    plain = case_workspace._exchange

    def served(*facts: Any, **more: Any) -> Exchange:
        made = plain(*facts, **more)
        return replace(made, response=made.response.replace(b"charset=utf-8", b"charset=big5"))

    monkeypatch.setattr(case_workspace, "page", lambda title, text: f"<p>{words}</p>".encode("big5"))
    monkeypatch.setattr(case_workspace, "_exchange", served)
    case = case_workspace.make(tmp_path / "workspace")
    bundle = build(case.store, case.workspace, case.case_id).bundle
    case.store.close()
    part = disclose(bundle, Order(("1",), Rules("Zhou", "r", (PERSONAL,)), out=tmp_path / "part"))
    page_there = next((part.folder / disclosure_layout.REDACTED).rglob("page.html")).read_text("utf-8-sig")
    assert page_there == f"<p>{words.replace('wang@mail.example', '[REDACTED e-mail 1]')}</p>"
