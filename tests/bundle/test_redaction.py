"""Rules hide what they name, in every reading of a text, and nothing of it survives anywhere in a part."""

import json
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crawler.bundle import (
    disclosure_layout,
    layout,
    redaction_kinds,
    redaction_readings,
    redaction_rules,
    redaction_users,
)
from crawler.bundle.build import build
from crawler.bundle.check import check
from crawler.bundle.disclosure import Disclosed, Order, disclose
from crawler.bundle.redaction import LOOK_ALIKE, Marks, Redactor, marks_in, protected_of
from crawler.bundle.redaction_rules import Rule, Rules
from crawler.errors import UsageError
from tests.bundle import case_workspace
from tests.bundle.case_workspace import OFFERS, Offer
from tests.bundle.test_disclosure import decoded

EVERY = Rule(redaction_kinds.KINDS, (), None, "text", "", ())
ID = "11010519491231002X"


def literal(*words: str) -> Rule:
    return Rule((), words, None, "name", "a witness", ())


def pattern(text: str) -> Rule:
    return Rule((), (), re.compile(text), "number", "a number", ())


def redactor(*rules: Rule, **more: object) -> Redactor:
    return Redactor(rules or (EVERY,), Marks(), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("raw", "hidden", "kind"),
    [
        ("Set-Cookie: sid=abc; path=/", "sid=abc; path=/", "header"),
        ("x\r\nAuthorization: Basic Zm9v\r\n", "Basic Zm9v", "header"),
        ("http://a.example/x?tid=4&sid=9f8e7d&page=2", "9f8e7d", "token"),
        ("/home.php;jsessionid=AB12CD", "AB12CD", "token"),
        ('<input type="hidden" name="formhash" value="a1b2c3d4">', "a1b2c3d4", "field"),
        ("<input value='zq9' type=hidden name='csrf_token'>", "zq9", "field"),
        ('<meta name="csrf-token" content="zzz">', "zzz", "field"),
        ("var token = 'abcd1234';", "abcd1234", "script"),
        ("ftp://user:hunter2@files/", "hunter2", "password"),
        ("write to wang.wu+x@mail.example.cn now", "wang.wu+x@mail.example.cn", "e-mail"),
        ('<a href="mailto:li%40post.example">', "li%40post.example", "e-mail"),
        ("li&#64;post.example", "li&#64;post.example", "e-mail"),
        ("电话13812345678。", "13812345678", "phone"),
        ("１３８１２３４５６７８", "１３８１２３４５６７８", "phone"),
        ("+44 20 7946 0958", "+44 20 7946 0958", "phone"),
        ("010-62345678", "010-62345678", "phone"),
        ("138\u200b1234\u200b5678", "138\u200b1234\u200b5678", "phone"),
        (f"身份证 {ID}", ID, "ID number"),
        ("加QQ：123456789", "123456789", "QQ"),
        ("扣扣 1234567", "1234567", "QQ"),
        ("微信号: tide_runner88", "tide_runner88", "WeChat"),
        ("https://t.me/tide_channel", "tide_channel", "Telegram"),
        ("电报 @tide_bot1", "tide_bot1", "Telegram"),
        ("IP: 203.0.113.77", "203.0.113.77", "IP address"),
        ("2001:db8:0:1:2:3:4:5", "2001:db8:0:1:2:3:4:5", "IP address"),
    ],
)
def test_each_kind_is_found_and_the_rest_stays(raw: str, hidden: str, kind: str) -> None:
    made = redactor().text(raw, markup=True)
    assert made.text == raw.replace(hidden, f"[REDACTED {kind} 1]")


@pytest.mark.parametrize(
    "raw",
    ["发帖时间 20260301080000", "110105194912310021", "1080P 2024 S01E05", "btih:" + "ab12" * 10, "提取码: k7m2", "v1.2.3",
     "第13812345678901集", "a@b", "session: two of them", "12:30:45"],
)  # fmt: skip
def test_what_only_resembles_a_kind_stays(raw: str) -> None:
    assert redactor().text(raw, markup=True).text == raw


def test_a_value_torn_apart_by_tags_is_hidden_and_the_tags_stay() -> None:
    made = redactor().text("<p>138<b>1234</b>5678</p>", markup=True)
    assert made.text == "<p>[REDACTED phone 1]<b></b></p>"


def test_the_same_value_has_the_same_mark_and_others_another() -> None:
    hide = redactor()
    assert hide.text("a@x.example b@x.example A@X.example").text == (
        "[REDACTED e-mail 1] [REDACTED e-mail 2] [REDACTED e-mail 1]"
    )
    assert hide.text("138-1234-5678 b@x.example 13812345678").text == (
        "[REDACTED phone 1] [REDACTED e-mail 2] [REDACTED phone 1]"
    )


def test_a_page_cannot_pass_its_words_for_a_mark() -> None:
    made = redactor().text("[REDACTED e-mail 1] and a@x.example")
    assert marks_in(made.text) == Counter({LOOK_ALIKE: 1, "e-mail": 1})


def test_targets_and_access_codes_stay_unless_named() -> None:
    listing = {
        "links": [{"url": "https://pan.example/s/13812345678?pwd=k7m2", "access_code": "k7m2"}],
        "url": "http://a.example/1",
        "page_url": None,
    }
    raw = "https://pan.example/s/13812345678?pwd=k7m2 and 13812345678, k7m2@mail.example"
    hide = redactor(protected=protected_of(listing))
    assert (
        hide.text(raw).text == "https://pan.example/s/13812345678?pwd=k7m2 and [REDACTED phone 1], [REDACTED e-mail 1]"
    )
    named = redactor(literal("k7m2"), protected=protected_of(listing))
    assert "k7m2" not in named.text(raw).text


def test_names_are_those_of_other_users_by_their_place() -> None:
    page = (
        '<a href="home.php?mod=space&amp;uid=7">Bystander_9</a><span class="author">tide_runner</span>'
        '<a href="/members/8"><b>海边的人</b></a><p>thanks Bystander_9, 海边的人!</p>'
    )
    names = redaction_users.user_names(page)
    assert names == {"Bystander_9", "tide_runner", "海边的人"}
    made = redactor(names=sorted(names - {"tide_runner"})).text(page, markup=True).text
    assert "Bystander" not in made
    assert "海边的人" not in made
    assert "tide_runner" in made
    assert made.count("[REDACTED user name 1]") == 2


def test_members_of_json_are_hidden_by_their_names_and_record_facts_stay() -> None:
    value = {
        "headers": [["Set-Cookie", "sid=1"], ["Server", "nginx"]],
        "Cookie": "a=b",
        "token": "zz",
        "peer": {"address": "203.0.113.9"},
        "text": "from 203.0.113.9",
        "url": "http://a.example/?sid=77&q=13812345678",
        "response": {"sha256": "13812345678"},
    }
    made = redactor().value(value)
    assert made["headers"] == [["Set-Cookie", "[REDACTED header 1]"], ["Server", "nginx"]]
    assert made["Cookie"] == "[REDACTED header 2]"
    assert made["token"] == "[REDACTED token 1]"
    assert made["peer"] == value["peer"]
    assert made["text"] == "from [REDACTED IP address 1]"
    assert made["url"] == "http://a.example/?sid=[REDACTED token 2]&q=13812345678"
    assert made["response"] == value["response"]


WORDS = st.sampled_from(
    ["13812345678", "a@x.example", "QQ: 123456", "微信：tide_88", "sid=abc123", "&#64;", "%40", "<b>", "</b>", " ", "\u200b", "１３８",
     "[REDACTED", "e-mail 1]", "secret", "SECRET", "ｓecret", ID, "203.0.113.7", "\\u0040", "x", "12", "灯海", "\n", "Cookie: q"]
)  # fmt: skip
TEXTS = st.one_of(st.text(max_size=60), st.lists(WORDS, max_size=14).map("".join))
RULES = st.lists(
    st.sampled_from([EVERY, literal("secret"), literal("灯海", "x1"), pattern(r"\d+"), pattern(r"(?i)[a-f]{2}"), pattern(r"^."), pattern("1")]),
    min_size=1, max_size=3, unique_by=id,
)  # fmt: skip


@given(TEXTS, RULES, st.booleans())
@example("ｓecret", [literal("secret")], False)
@example("se<b>cret</b>", [literal("secret")], True)
def test_no_match_survives_and_nothing_else_changes(raw: str, rules: list[Rule], markup: bool) -> None:
    hide = redactor(*rules)
    made = hide.text(raw, markup)
    kept = [raw[low:high] for low, high, mark in made.pieces if mark is None]
    for piece in kept:
        assert not list(hide._search(piece, markup, True)), piece
    assert "".join(raw[low:high] for low, high, _ in made.pieces) == raw
    assert marks_in(made.text) == hide.counts
    again = redactor(*rules)
    assert again.text(raw, markup).text == made.text


@given(TEXTS, RULES, st.data())
def test_spans_move_with_their_words_or_go(raw: str, rules: list[Rule], data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(raw)))
    end = data.draw(st.integers(start, len(raw)))
    made = redactor(*rules).text(raw)
    moved = made.moved(start, end)
    touched = any(mark is not None and low < end and start < high for low, high, mark in made.pieces)
    if moved:
        assert made.text[slice(*moved)] == raw[start:end]
    elif start < end:
        assert touched


@given(st.binary(max_size=200))
def test_any_bytes_are_text_or_are_not(data: bytes) -> None:
    text = redaction_readings.read(data).text
    assert text is None or isinstance(text, str)


def said_by(data: bytes) -> str | None:
    return redaction_readings.read(data).text


def test_a_page_that_lies_about_its_characters_is_read_as_it_is() -> None:
    assert said_by("<meta charset=iso-8859-1>海边的人".encode()) == "<meta charset=iso-8859-1>海边的人"
    assert said_by("<meta charset=gbk>海边的人".encode("gbk")) == "<meta charset=gbk>海边的人"
    assert said_by(b"\x89PNG\r\n\x1a\n\x00") is None


def written(folder: Path, text: str) -> Path:
    path = folder / "RULES.toml"
    path.write_text(text, encoding="utf-8")
    return path


HEAD = 'decided_by = "Zhou"\nreason = "bystanders"\n'


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ('reason = "x"\n[[rule]]\nkinds = ["e-mail"]', "no decided_by"),
        ('decided_by = "x"\n[[rule]]\nkinds = ["e-mail"]', "no reason"),
        (HEAD, r"no \[\[rule\]\]"),
        (HEAD + "[[rule]]\n", "either kinds, literal or pattern"),
        (HEAD + '[[rule]]\nkinds = ["mail"]', "no such kind: mail"),
        (HEAD + '[[rule]]\nliteral = ["Wang"]', "without a reason"),
        (HEAD + '[[rule]]\nliteral = ["W"]\nreason = "x"', "less than two"),
        (HEAD + '[[rule]]\npattern = "("\nreason = "x"', "not a regular expression"),
        (HEAD + '[[rule]]\npattern = "x"\nreason = "x"\nname = "[1]"', "not a name"),
        (HEAD + '[[rule]]\nkinds = ["e-mail"]\nwho = 1', "unknown: who"),
        ("[[rule", "not TOML"),
    ],
)
def test_rules_that_cannot_be_followed_are_refused(tmp_path: Path, text: str, what: str) -> None:
    with pytest.raises(UsageError, match=what):
        redaction_rules.read(written(tmp_path, text))


SECRETS = {
    "e-mail": "wei.bystander@mail.example", "phone": "13987654321", "ID number": ID, "QQ": "987654321",
    "WeChat": "bystander_wx7", "IP address": "203.0.113.88", "user name": "Bystander_99", "header": "sid=topsecret42",
    "token": "4f3e2d1c0b", "name": "Witness Example",
}  # fmt: skip
TOLD = (
    "Atlas of Tides by M. Orlova. Mirror: https://box.locker.example/f/9911 "
    f"mail {SECRETS['e-mail']} tel {SECRETS['phone']} id {ID} QQ: {SECRETS['QQ']} 微信: {SECRETS['WeChat']} "
    f"ip {SECRETS['IP address']} <a href='/members/7'>{SECRETS['user name']}</a> "
    f"<input type=hidden name=formhash value={SECRETS['token']}> seen by {SECRETS['name']}"
)


@pytest.fixture(scope="module")
def redacted(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Disclosed, Disclosed]:
    """A bundle whose pages hold personal data, a part of it by rules, and one by the same rules again."""
    folder = tmp_path_factory.mktemp("redacted")
    plain = case_workspace._exchange

    def with_cookie(*args: object, **kwargs: object) -> object:
        exchange = plain(*args, **kwargs)  # type: ignore[arg-type]
        return replace(exchange, response=exchange.response.replace(b"\r\n", b"\r\nSet-Cookie: sid=topsecret42\r\n", 1))

    offers = (
        replace(OFFERS[0], text=TOLD),
        Offer(**{name: getattr(OFFERS[2], name) for name in Offer.__dataclass_fields__} | {"path": "/2026/02/plain/"}),
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(case_workspace, "_exchange", with_cookie)
        case = case_workspace.make(folder / "workspace", None, offers)
    bundle = build(case.store, case.workspace, case.case_id).bundle
    case.store.close()
    rules = Rules("Zhou Example", "bystanders", (EVERY, literal(SECRETS["name"])))
    first = disclose(bundle, Order(("1", "2"), rules, out=folder / "one"))
    second = disclose(bundle, Order(("1", "2"), rules, out=folder / "two"))
    return bundle, first, second


def test_no_secret_survives_anywhere_in_a_part(redacted: tuple[Path, Disclosed, Disclosed]) -> None:
    bundle, part, _ = redacted
    held = b"".join(data for _, data in decoded(bundle))
    for kind, secret in SECRETS.items():
        assert secret.encode() in held, kind
        for name, data in decoded(part.folder):
            assert secret.encode() not in data, (kind, name)
    assert set(part.redactions) >= {"e-mail", "phone", "ID number", "QQ", "WeChat", "IP address", "user name", "name"}
    said = json.loads((part.folder / disclosure_layout.REDACTIONS).read_text())
    assert (said["decided_by"], said["reason"]) == ("Zhou Example", "bystanders")
    signed = (part.folder / "data/original/manifest-sha256.txt").read_text()
    for item in said["files"]:
        assert f"{item['sha256']}  {item['path']}\n" in signed


def test_a_redacted_part_verifies_and_is_the_same_again(redacted: tuple[Path, Disclosed, Disclosed]) -> None:
    _, part, again = redacted
    found = list(check(part.folder))
    assert [finding for finding in found if finding.state == "fail"] == []
    assert {"withheld", "derived"} <= {finding.check for finding in found if finding.state == "not_checked"}
    assert part.folder.name == again.folder.name
    one, two = ((made.folder / "manifest-sha256.txt").read_bytes() for made in (part, again))
    assert one == two


def test_the_offer_stays_and_its_reasons_point_to_their_words(redacted: tuple[Path, Disclosed, Disclosed]) -> None:
    bundle, part, _ = redacted
    folder = layout.capture_folder("01JEXH00000000000000000000")
    listing = json.loads((part.folder / disclosure_layout.redacted(f"{folder}/listing.json")).read_text())
    original = json.loads((bundle / folder / "listing.json").read_text())
    assert listing["links"] == original["links"]
    assert listing["posted_by"] == original["posted_by"] == "tide_runner"
    for now, before in zip(listing["match"]["reasons"], original["match"]["reasons"], strict=True):
        within = {"title": "title", "body": "text"}.get(before["in"])
        if within and before["span"]:
            assert listing[within][slice(*now["span"])] == original[within][slice(*before["span"])]
    assert not (part.folder / folder / "screenshot.png").exists()


def test_a_derived_text_with_a_mark_less_is_found(redacted: tuple[Path, Disclosed, Disclosed], tmp_path: Path) -> None:
    import shutil

    from tests.bundle.test_disclosure import reforge

    folder = Path(shutil.copytree(redacted[1].folder, tmp_path / redacted[1].folder.name))
    path = folder / disclosure_layout.redacted("data/captures/01JEXH00000000000000000000/text.txt")
    path.write_text(path.read_text().replace("[REDACTED phone 1]", "13800000000"))
    reforge(folder)
    assert "derived" in {finding.check for finding in check(folder) if finding.state == "fail"}


def test_pictures_go_when_a_person_has_looked(redacted: tuple[Path, Disclosed, Disclosed], tmp_path: Path) -> None:
    bundle = redacted[0]
    rules = Rules("Zhou Example", "bystanders", (EVERY,))
    part = disclose(bundle, Order(("1",), rules, pictures="looked at", out=tmp_path))
    assert (part.folder / "data/captures/01JEXH00000000000000000000/screenshot.png").is_file()
    assert [finding for finding in check(part.folder) if finding.state == "fail"] == []


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "piece", ["<input ", "<a ", "<", "a@", "a.", "+1 ", "<!--", "://a:", "\ncookie:  ", "abcd:", "%41", "<b>1</b>"]
)
def test_a_hostile_page_costs_no_more_than_its_length(piece: str) -> None:
    raw = piece * (60_000 // len(piece))
    redaction_users.user_names(raw)
    assert redactor().text(raw, markup=True).raw == raw
