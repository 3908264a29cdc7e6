"""Decoding, canonical addresses, the judgement of links, passages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from spiders.canonical import canonical
from spiders.charset import decode
from spiders.page import _TAG, _bounded
from spiders.reading import hidden_words, passage, price_words
from spiders.ways import first_page, kind_of, split_page, without_post
from tests.unit.spider_pages import fetched

SENTENCE = "这个帖子的资源在网盘里，提取码见下面的回复，感谢大家的分享和支持。"
TRADITIONAL = "這個帖子的資源在網盤裡，下載連結請見下面的回覆，感謝大家的分享。"
JAPANESE = "この作品のダウンロードリンクは下にあります。ありがとうございました。"


@pytest.mark.parametrize(
    ("text", "encoding", "declared"),
    [
        (SENTENCE, "gb18030", None),
        (SENTENCE, "gb18030", "text/html; charset=gb2312"),
        (SENTENCE, "utf-8", "text/html; charset=gbk"),
        (SENTENCE, "utf-8", "text/html; charset=iso-8859-1"),
        (SENTENCE, "gb18030", "text/html; charset=utf-8"),
        (TRADITIONAL, "big5", None),
        (JAPANESE, "shift_jis", None),
        (SENTENCE, "utf-16", None),
        ("naïve café €", "cp1252", "text/html; charset=iso-8859-1"),
    ],
)
def test_pages_are_decoded_whatever_they_declare(text: str, encoding: str, declared: str | None) -> None:
    assert decode(text.encode(encoding), declared).lstrip("﻿") == text


def test_a_meta_element_declares_when_no_header_does() -> None:
    assert SENTENCE in decode(f'<meta charset="gbk"><p>{SENTENCE}'.encode("gb18030"), "text/html")


@given(st.binary(max_size=200), st.sampled_from([None, "text/html; charset=utf-8", "text/html; charset=nonsense"]))
def test_any_bytes_decode(body: bytes, declared: str | None) -> None:
    assert isinstance(decode(body, declared), str)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (
            "HTTP://A.example:80/x/../viewtopic.php?t=5&sid=0123456789abcdef0123456789abcdef#p9",
            "http://a.example/viewtopic.php?t=5",
        ),
        (
            "http://a.example/showthread.php?s=0123456789abcdef0123456789abcdef&t=5",
            "http://a.example/showthread.php?t=5",
        ),
        ("http://a.example/i.php?PHPSESSID=abc&topic=5.0", "http://a.example/i.php?topic=5.0"),
        ("http://a.example/search.php?sid=77", "http://a.example/search.php?sid=77"),
        ("http://a.example/t?utm_source=x&id=3&fbclid=y", "http://a.example/t?id=3"),
        (
            "http://a.example/forum.php?mod=viewthread&tid=5&extra=page%3D1&page=1",
            "http://a.example/forum.php?mod=viewthread&tid=5",
        ),
        ("http://a.example/viewforum.php?f=3&sk=t&sd=a&start=0", "http://a.example/viewforum.php?f=3"),
        ("http://a.example/viewtopic.php?id=3&p=1", "http://a.example/viewtopic.php?id=3"),
        ("http://a.example/viewtopic.php?p=1", "http://a.example/viewtopic.php?p=1"),
        ("http://a.example/blog/page/1/", "http://a.example/blog/"),
        ("http://a.example/%e5%8c%97%E5%B2%B8?q=%e5%8c%97", "http://a.example/%E5%8C%97%E5%B2%B8?q=%E5%8C%97"),
        ("http://a.example/北岸", "http://a.example/%E5%8C%97%E5%B2%B8"),
        ("http://a.example/a%2fb?x=1%262", "http://a.example/a%2Fb?x=1%262"),
        ("http://a.example/index.php?board=1.20;sort=subject", "http://a.example/index.php?board=1.20"),
    ],
)
def test_spellings_of_one_page_meet(url: str, expected: str) -> None:
    assert canonical(url) == expected
    assert canonical(expected) == expected


def test_a_permalink_keeps_its_anchor_and_no_other() -> None:
    assert canonical("http://a.example/v?p=9#p9", keep_anchor=True) == "http://a.example/v?p=9#p9"
    assert canonical("http://a.example/v?p=9#respond", keep_anchor=True) == "http://a.example/v?p=9"


@given(
    st.from_regex(
        r"http://a\.example/[a-z%0-9/]{0,12}(\?[a-z]{1,4}=[a-z0-9%]{0,6}(&[a-z]{1,4}=[0-9]{0,3}){0,2})?", fullmatch=True
    )
)
def test_canonical_is_idempotent(url: str) -> None:
    assert canonical(canonical(url)) == canonical(url)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/viewtopic.php?t=5", "topic"), ("/viewtopic.php?p=5", "post"), ("/viewforum.php?f=5", "list"), ("/viewtopic.php?id=5&p=2", "topic"),
        ("/index.php?topic=5.0", "topic"), ("/index.php?topic=5.msg9", "post"), ("/index.php?board=2.0", "list"), ("/index.php?action=profile;u=2", "never"),
        ("/threads/name.12/", "topic"), ("/threads/name.12/latest", "post"), ("/forums/films.3/page-2", "list"), ("/d/5-name", "topic"),
        ("/topic/9/search/", "topic"), ("/category/2/people", "list"), ("/thread-5-2-1.html", "topic"), ("/forum-2-3.html", "list"),
        ("/posting.php?mode=reply&t=5", "never"), ("/ucp.php?mode=logout", "never"), ("/misc.php?action=markread", "never"), ("/x?formhash=1", "never"),
        ("/cover.jpg", "never"), ("/tag/film", "never"), ("/2026/01/", "never"), ("/download/7.torrent", "never"), ("/some-title/", "unknown"),
        ("/post/some-title", "unknown"), ("/showthread.php?tid=5&action=lastpost", "never"), ("/index.php?threads/name.12/", "topic"),
    ],
)  # fmt: skip
def test_addresses_say_what_stands_behind_them(path: str, kind: str) -> None:
    assert kind_of(f"http://a.example{path}") == kind


@pytest.mark.parametrize(
    ("path", "base", "number"),
    [
        ("/viewforum.php?f=3&start=25", "/viewforum.php?f=3", 25), ("/viewtopic.php?id=3&p=2", "/viewtopic.php?id=3", 2),
        ("/index.php?topic=5.15", "/index.php?topic=5.0", 15), ("/thread-5-2-1.html", "/thread-5-1-1.html", 2),
        ("/blog/page/3/", "/blog/", 3), ("/page/3/", "/", 3), ("/threads/name.12/page-2", "/threads/name.12/", 2), ("/discussion/5/name/p2", "/discussion/5/name", 2),
        ("/viewtopic.php?p=2", "/viewtopic.php?p=2", None), ("/topic/7", "/topic/7", None),
    ],
)  # fmt: skip
def test_page_numbers_part_from_addresses(path: str, base: str, number: int | None) -> None:
    assert split_page(f"http://a.example{path}") == (f"http://a.example{base}", number)
    assert first_page(f"http://a.example{base}") == f"http://a.example{base}"


def test_a_posts_number_parts_from_its_topic() -> None:
    assert without_post("http://a.example/topic/7/name/12") == "http://a.example/topic/7/name"
    assert without_post("http://a.example/t/name/7/12") == "http://a.example/t/name/7"
    assert without_post("http://a.example/d/7-name/12") == "http://a.example/d/7-name"
    assert without_post("http://a.example/topic/7/name") == "http://a.example/topic/7/name"


def read_passage(source: str, keep_quotes: bool = False) -> tuple[str, list[tuple[str, str]]]:
    page = fetched(b"<p></p>", "http://a.example/")
    found = passage(html.fragment_fromstring(source, create_parent="div"), page, keep_quotes)
    for attribute in found.attributes:
        assert 0 <= attribute.start <= attribute.end <= len(found.text)
    return found.text, [(attribute.name, found.text[attribute.start : attribute.end]) for attribute in found.attributes]


def test_blocks_end_lines_and_inline_elements_join() -> None:
    text, _ = read_passage("<p>ab<b>c</b><i>d</i></p><p>e <span>f</span><br>g</p><div>h</div>i")
    assert text == "abcd\ne f\ng\nh\ni"


def test_attributes_keep_the_place_of_their_element() -> None:
    text, attributes = read_passage(
        'see <a href="magnet:?x" title="get it">the <b>link</b></a> now <img alt=":P" src="p.png"><button data-clipboard-text="https://x.example/1">copy</button>'
    )
    assert text == "see the link now copy"
    assert ("href", "the link") in attributes and ("title", "the link") in attributes
    assert ("alt", "") in attributes and ("data-clipboard-text", "copy") in attributes


def test_quotes_are_left_out_and_code_is_kept() -> None:
    source = '<div class="quotebox">gone</div><blockquote>gone</blockquote><div>QUOTE:</div><div>gone</div><div class="codebox"><pre>a\n  b</pre></div><div class="spoiler">kept</div>'
    assert read_passage(source)[0] == "a\n  b\nkept"
    assert "gone" in read_passage("<blockquote>gone</blockquote>", keep_quotes=True)[0]


@pytest.mark.parametrize(
    "text",
    [
        "游客，如果您要查看本帖隐藏内容请回复", "此处内容需要登录后才可见，隐藏内容登录可见", "回复后可见", "下载链接：登录后可查看",
        "You must reply to this thread to see the links", "Hidden content", "Please login to view the links", "Log in or register to view this content",
        "Guests cannot see links",
    ],
)  # fmt: skip
def test_hidden_blocks_are_heard(text: str) -> None:
    assert hidden_words(f"first line\n{text}\nlast line") == text


@pytest.mark.parametrize(
    "text", ["I could see the sea", "回复一下", "What a view, sign me up", "登录失败怎么办", "reply when you can"]
)
def test_other_words_hide_nothing(text: str) -> None:
    assert hidden_words(text) is None


def test_a_price_needs_a_sale() -> None:
    assert price_words("出售蓝光碟 全套 ¥35.00 包邮") == "¥35.00"
    assert price_words("selling the set, 20 EUR plus shipping") == "20 EUR"
    assert price_words("The court set a fine of $5000") is None


@pytest.mark.parametrize(
    ("words", "encoding"),
    [
        ("灯塔小站 图书交换 闲谈杂记", "gbk"),
        ("燈塔小站 圖書交換 閒談雜記", "big5"),
        ("이것은 게시판입니다", "cp949"),
        ("café déjà vu, naïve, Straße", "cp1252"),
    ],
)
def test_a_short_page_that_declares_nothing_is_read_by_its_byte_pairs(words: str, encoding: str) -> None:
    assert decode(f"<html><body>{words}</body>".encode(encoding), "text/html") == f"<html><body>{words}</body>"


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("http://a.test/topic/7-name/?do=getLastComment", "post"),
        ("http://a.test/read.php?tid=7&page=e", "post"),
        ("http://a.test/read.php?tid=7&page=2", "topic"),
        ("http://a.test/index.php/archives/71/", "topic"),
        ("http://a.test/archives/71.html", "topic"),
        ("http://a.test/archives/2025/", "never"),
        ("http://a.test/archives/202505.html", "never"),
        ("http://a.test/2026/09/9/", "unknown"),
        ("http://a.test/2026/09/09/", "never"),
        ("http://a.test/2026/9/9/", "never"),
        ("http://a.test/category/downloads", "list"),
        ("http://a.test/thread.php?fid=3&page=2", "list"),
        ("http://a.test/downloads", "never"),
        ("http://a.test/archiver/tid-7.html", "never"),
        ("http://a.test/shelf.asp?board=books&id=44", "topic"),
        ("http://a.test/forumdisplay.php?board=3&id=4", "list"),
    ],
)
def test_addresses_of_lesser_known_software_name_their_kind(url: str, kind: str) -> None:
    assert kind_of(url) == kind


def test_the_list_page_that_a_reader_came_from_is_no_part_of_a_topics_address() -> None:
    assert canonical("http://a.test/read.php?tid=7&fpage=3") == "http://a.test/read.php?tid=7"


def test_a_tag_of_too_many_attributes_is_read_without_them_and_a_long_value_with_it() -> None:
    many = " ".join(f"a{number}=1" for number in range(20_000))
    long = '{"episodes": [' + ", ".join(f'"part > {number} = x"' for number in range(4_000)) + "]}"
    script = "for (i = 0; i<b; i++) { " + "a = b; " * 5_000 + "}"
    page = fetched(
        f"<body><script>{script}</script><div title='>' {many}><p>one</p></div>"
        f"<div data-list='{long}' {'x' * 20_000}><p>two</p></div></body>".encode(),
        "http://board.test/",
    )
    assert [element.text for element in page.root.iter("p")] == ["one", "two"]
    assert [len(element.attrib) for element in page.root.iter("div")] == [0, 2]
    assert page.root.xpath("//div/@data-list") == [long]
    assert page.root.xpath("string(//script)") == script


@given(st.text(alphabet="<>\"' a=b/script-!\n", max_size=300))
def test_ordinary_markup_is_parsed_as_it_stands(source: str) -> None:
    assert _TAG.sub(_bounded, source) == source
