"""Every notation of a link that we know, and the look-alikes that are no targets."""

from base64 import b64encode

import pytest

from crawler.model import Attribute, Passage
from crawler.targets import find, normalise_url

HEX = "4f8a1c03d97be2650f3ac19d84b7e6520d3fa917"
HEX2 = "b09d13ce7745aa02f61e8c9d5b3704fe28ac6d51"
BASE32 = "J6FBYA6ZPPRGKDZ2YGOYJN7GKIGT7KIX"
V2 = "1220" + "9c41d7e2" * 8
BAIDU = "https://pan.baidu.com/s/1QmWv8sKdTzXc4LpNb6RyUj"
BAIDU_OBJECT = "share:baidu/QmWv8sKdTzXc4LpNb6RyUj"
QUARK = "https://pan.quark.cn/s/7ac41be09d52"
QUARK_OBJECT = "share:quark/7ac41be09d52"
CRATE = "https://cratebay.example/f/kT4vQz9LmW"
ED2K_HASH = "5AC1B96D03E7F2841B0C9D36EA75F412"
ED2K = f"ed2k://|file|沉星渡.2031.mkv|2147483001|{ED2K_HASH}|/"


def b64(text: str, encoding: str = "utf-8") -> str:
    return b64encode(text.encode(encoding)).decode()


def thunder(link: str, encoding: str = "utf-8") -> str:
    return "thunder://" + b64encode(b"AA" + link.encode(encoding) + b"ZZ").decode()


def found(text: str, *attributes: Attribute, base: str = "https://board.test/t/9") -> list[tuple[str, str | None]]:
    return [(t.url, t.access_code) for t in find(Passage(text, attributes), base)]


MAGNETS = [
    (f"magnet:?xt=urn:btih:{HEX}", HEX),
    (f"magnet:?xt=urn:btih:{HEX.upper()}&dn=Lantern.2031", HEX),
    (f"magnet:?dn=Lantern&xt=urn:btih:{HEX}&tr=udp%3A%2F%2Ftracker.test%3A80", HEX),
    (f"magnet:?xt=urn:btih:{BASE32}&dn=沉星渡", HEX),
    (f"magnet:?xt=urn:btih:{BASE32.lower()}", HEX),
    (f"磁力：magnet:?xt=urn:btih:{HEX}复制到迅雷", HEX),
    (f"（magnet:?xt=urn:btih:{HEX}）", HEX),
    (f"MAGNET:?XT=URN:BTIH:{HEX}", HEX),
    (f"magnet：？xt=urn:btih:{HEX}", HEX),
    (f"magnet:?xt=urn:btih:{HEX}&amp;dn=x", HEX),
    (f"magnet:?xt.1=urn:btih:{HEX}", HEX),
    (f"urn:btih:{HEX}", HEX),
    (f"btih: {HEX.upper()}", HEX),
    (f"infohash {HEX}", HEX),
    (f"种子特征码：{HEX.upper()}", HEX),
    (f"磁力链\n{HEX}", HEX),
    (f"Hash: {BASE32}", HEX),
    (f"magnet:?xt=urn:btih:{HEX}​&dn=x", HEX),
    (f"ｍａｇｎｅｔ：？xt=urn:btih:{HEX}", HEX),
    (b64(f"magnet:?xt=urn:btih:{HEX}"), HEX),
    (f"magnet%3A%3Fxt%3Durn%3Abtih%3A{HEX}", HEX),
    (thunder(f"magnet:?xt=urn:btih:{HEX}"), HEX),
    (f"magnet:?xt=urn:btih:{HEX}&xt=urn:btmh:{V2}", HEX),
]


@pytest.mark.parametrize(("text", "digest"), MAGNETS)
def test_infohashes_in_every_notation(text: str, digest: str) -> None:
    (target,) = find(Passage(text))
    assert target.kind == "magnet"
    assert target.object == f"btih:{digest}"
    assert target.url.lower().startswith("magnet:?") and not target.damaged


def test_a_version_2_magnet_has_its_multihash() -> None:
    (target,) = find(Passage(f"magnet:?xt=urn:btmh:{V2}&dn=x"))
    assert target.object == f"btmh:{V2}"


def test_several_magnets_glued_together_are_several() -> None:
    text = f"magnet:?xt=urn:btih:{HEX}magnet:?xt=urn:btih:{HEX2}"
    assert [t.object for t in find(Passage(text))] == [f"btih:{HEX}", f"btih:{HEX2}"]


@pytest.mark.parametrize(
    "href",
    [
        f"{HEX}&dn=Lantern&tr=udp%3A%2F%2Ft.test",
        f"{HEX}&amp;dn=Lantern",
        f"https://board.test/a/{HEX}&dn=x",
        f"{BASE32}&dn=x",
    ],
)
def test_a_magnet_whose_scheme_a_filter_cut(href: str) -> None:
    (target,) = find(Passage("Magnet", (Attribute("a", "href", href, 0, 6),)), "https://board.test/a/")
    assert (target.object, target.where, target.span) == (f"btih:{HEX}", "href", (0, 6))
    assert target.url.startswith("magnet:?xt=urn:btih:")


ED2KS = [
    (ED2K, ED2K),
    (f"ed2k://|file|%E6%B2%89%E6%98%9F%E6%B8%A1.2031.mkv|2147483001|{ED2K_HASH}|/", ED2K),
    (f"ed2k://%7Cfile%7C%E6%B2%89%E6%98%9F%E6%B8%A1.2031.mkv%7C2147483001%7C{ED2K_HASH}%7C/", ED2K),
    (f"ed2k://｜file｜沉星渡.2031.mkv｜2147483001｜{ED2K_HASH}｜/", ED2K),
    (f"电驴 {ED2K} 下载", ED2K),
    (b64(ED2K), ED2K),
    (thunder(ED2K, "gb18030"), ED2K),
    (f"ed2k://|file|the film (2031).mkv|12|{ED2K_HASH}|h=ABCDEFGHIJKLMNOPQRSTUVWXYZ234567|/", None),
    (f"ED2K://|file|a|1|{ED2K_HASH.lower()}|/", None),
]


@pytest.mark.parametrize(("text", "url"), ED2KS)
def test_ed2k_in_every_notation(text: str, url: str | None) -> None:
    (target,) = find(Passage(text))
    assert (target.kind, target.object) == ("ed2k", f"ed2k:{ED2K_HASH.lower()}")
    assert target.url == (url or text)


DISGUISES = [
    ("hxxps://cratebay[.]example/f/kT4vQz9LmW", CRATE),
    ("hXXps://cratebay.example/f/kT4vQz9LmW", CRATE),
    ("h**ps://cratebay.example/f/kT4vQz9LmW", CRATE),
    ("httрs://cratebay.example/f/kT4vQz9LmW", CRATE),
    ("ttps://cratebay.example/f/kT4vQz9LmW", CRATE),
    ("https[:]//cratebay(.)example/f/kT4vQz9LmW", CRATE),
    ("https：//cratebay。example/f/kT4vQz9LmW", CRATE),
    ("hxxps://cratebay(dot)example/f/kT4vQz9LmW", CRATE),
    ("hxxps://cratebay [dot] example/f/kT4vQz9LmW", CRATE),
    ("hxxps://cratebay dot example/f/kT4vQz9LmW", CRATE),
    ("https://cratebay【点】example/f/kT4vQz9LmW", CRATE),
    ("https://cratebay点example/f/kT4vQz9LmW", CRATE),
    ("cratebay . example/f/kT4vQz9LmW", CRATE),
    ("cratebay[.]example/f/kT4vQz9LmW", CRATE),
    ("cratebay.example/f/kT4vQz9LmW", CRATE),
    ("ｈｔｔｐｓ：／／ｃｒａｔｅｂａｙ．ｅｘａｍｐｌｅ／ｆ／ｋＴ４ｖＱｚ９ＬｍＷ", CRATE),
    ("https://crate​bay.example/f/kT4v​Qz9LmW", CRATE),
    ("https://crate🍎bay.example/f/kT4vQz9LmW", CRATE),
    ("𝐡𝐭𝐭𝐩𝐬://cratebay.example/f/kT4vQz9LmW", CRATE),
    ("https:\\/\\/cratebay.example\\/f\\/kT4vQz9LmW", CRATE),
    ("https%3A%2F%2Fcratebay.example%2Ff%2FkT4vQz9LmW", CRATE),
    ("https%253A%252F%252Fcratebay.example%252Ff%252FkT4vQz9LmW", CRATE),
    ("Get it here. cratebay.example/f/kT4vQz9LmW", CRATE),
    ("[url=https://cratebay.example/f/kT4vQz9LmW]here[/url]", CRATE),
    ("(https://cratebay.example/f/kT4vQz9LmW).", CRATE),
    ("<https://cratebay.example/f/kT4vQz9LmW>", CRATE),
    (b64(CRATE), CRATE),
    (b64(CRATE).rstrip("="), CRATE),
    (b64(CRATE).replace("+", "-").replace("/", "_"), CRATE),
    (b64(b64(CRATE)), CRATE),
    (b64(b64(b64(CRATE))), CRATE),
    ("密文：" + b64(CRATE), CRATE),
    (thunder(CRATE), CRATE),
    ("迅雷：" + thunder(CRATE) + "。", CRATE),
    (thunder(CRATE).removeprefix("thunder://"), CRATE),
    (thunder("ftp://u.example/沉星渡.mkv", "gb18030"), "ftp://u.example/沉星渡.mkv"),
    ("flashget://" + b64(f"[FLASHGET]{CRATE}[FLASHGET]") + "&7", CRATE),
    ("qqdl://" + b64(CRATE), CRATE),
    ("https://out.example/?target=https%3A%2F%2Fcratebay.example%2Ff%2FkT4vQz9LmW&x=1", CRATE),
    ("https://out.example/jump?u=" + b64(CRATE), CRATE),
    ("https://out.example/go/" + b64(CRATE), CRATE),
    ("pan点baidu点com/s/1QmWv8sKdTzXc4LpNb6RyUj", BAIDU),
    ("pan . baidu . com / s / 1QmWv8sKdTzXc4LpNb6RyUj", BAIDU),
    ("p a n . b a i d u . c o m / s / 1 Q m W v 8 s K d T z X c 4 L p N b 6 R y U j", BAIDU),
    ("pan.baidu.com斜杠s斜杠1QmWv8sKdTzXc4LpNb6RyUj", BAIDU),
    ("https://pan.baidu.com/s/1QmWv8sK🐟dTzXc4LpNb6RyUj", BAIDU),
    ("https://pan.baidu.com/s/1QmWv8sK删掉dTzXc4LpNb6RyUj", BAIDU),
    ("https://pan.baidu.com/s/1QmWv8sK（去掉）dTzXc4LpNb6RyUj", BAIDU),
    ("https://pan.ba度idu.com/s/1QmWv8sKdTzXc4LpNb6RyUj", BAIDU),
    ("补全前面：/s/1QmWv8sKdTzXc4LpNb6RyUj", BAIDU),
]


@pytest.mark.parametrize(("text", "url"), DISGUISES)
def test_disguises_are_undone(text: str, url: str) -> None:
    (target,) = find(Passage(text))
    assert target.url == url
    assert target.span is not None and text[slice(*target.span)] == target.as_written


@pytest.mark.parametrize(("text", "url"), [pair for pair in DISGUISES if not pair[0].startswith("Get")])
def test_one_link_is_normalised(text: str, url: str) -> None:
    assert normalise_url(text) == url


def test_text_without_a_link_is_normalised_to_itself() -> None:
    assert normalise_url("  just words ") == "just words"


SHAPES = [
    ("https://cratebay.example/Lantern.2031.part1.rar", "file"),
    ("https://cratebay.example/d/Lantern.2031.epub?token=1", "file"),
    ("https://cratebay.example/沉星渡.mp4", "file"),
    ("https://cratebay.example/k7Qv2XzLm4/Lantern.rar.html", "file"),
    ("https://tracker.example/download/4711.torrent", "torrent"),
    ("https://cdn.example/a1/index.m3u8?token=7", "stream"),
    ("https://cdn.example/a1/manifest.mpd", "stream"),
    ("https://cratebay.example/file/k7Qv2XzLm4", "locker"),
    ("https://cratebay.example/d/k7Qv2XzLm4/name", "locker"),
    ("https://cratebay.example/k7qv2xzlm4tw", "locker"),
    ("https://cratebay.example/k7qv2xzlm4tw/Lantern.html", "locker"),
    ("https://cloudy.example/s/k7Qv2XzLm4", "cloud_drive"),
    ("https://cloudy.example/s/1bc0588ce93a31f7?pwd=7ben", "cloud_drive"),
    ("download: https://plain.example/lantern", "link"),
    ("网盘地址 https://plain.example/lantern", "link"),
    ("https://plain.example/lantern?pwd=7ben", "link"),
    ("https://plain.example/lantern 提取码：7ben", "link"),
    ("https://drive.google.com/file/d/1kQ4VzTbLxW9mRvK2pTzQ7cLfNb4JyUhA/view", "cloud_drive"),
    ("https://mega.nz/folder/kQ4VzTbL#xW9mRvK2pTzQ7cLfNb4JyU", "cloud_drive"),
    ("https://dood.to/e/k7qv2xzlm4tw", "player"),
]


@pytest.mark.parametrize(("text", "kind"), SHAPES)
def test_kinds_by_family_and_by_shape(text: str, kind: str) -> None:
    (target,) = find(Passage(text))
    assert target.kind == kind


DECOYS = [
    "https://www.imdb.com/title/tt0499549/",
    "hxxps://www[.]imdb[.]com/title/tt0499549/",
    "Download now: https://en.wikipedia.org/wiki/Lantern",
    "trailer download https://www.youtube.com/watch?v=dQw4w9WgXcQ",
    "下载预告 https://v.qq.com/x/cover/abc.html",
    "https://movie.douban.com/subject/1291546/",
    "https://baike.baidu.com/item/沉星渡",
    "https://www.amazon.com/dp/B00K7QV2XZ",
    "https://reviews.example/2031/03/lantern-a-review",
    "https://reviews.example/2031/lantern.html",
    "https://pics.example/f/k7Qv2XzLm4.jpg",
    "下载 https://pics.example/poster.png",
    "https://site.example/style/main.css",
    "https://site.example/download.js",
    "download https://site.example/",
    "https://blog.example/?p=123456",
    "https://news.example/windows11pro",
    "read https://plain.example/lantern today",
    "mail reader@site.example/box for more",
    "e.g. this/that, EPUB/MOBI, 24/7, 3.5/5, km/h, and/or",
    "See the end. Start/stop at will",
    "早上8点看EPUB/PDF",
    "sha1: 4f8a1c03d97be2650f3ac19d84b7e6520d3fa917 (hash of the text)",
    "git commit 4f8a1c03d97be2650f3ac19d84b7e6520d3fa917",
    "4f8a1c03d97be2650f3ac19d84b7e6520d3fa917",
    "md5 hash 9e107d9d372bb6826bd81d3542a419d6",
    "Supercalifragilisticexpialidocious words",
    "aHR0cHM is no link",
    "VGhpcyBpcyBhIHBsYWluIHNlbnRlbmNlIGluIGJhc2U2NC4=",
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk",
    "ed2k://|server|10.0.0.1|4661|/",
    "magnet:?dn=only.a.name",
    "提取码：ab12",
    "百度网盘 提取码见内",
    "https://",
    "http://localhost",
    "C:/games/lantern/setup",
    "https://pan.baidu.com/",
    "https://pan.baidu.com/disk/home",
    "https://board.test/download/k7Qv2XzLm4.rar",
    "http://www.board.test/f/k7Qv2XzLm4",
]


@pytest.mark.parametrize("text", DECOYS)
def test_look_alikes_are_no_targets(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    "attribute",
    [
        Attribute("a", "href", "/f/k7Qv2XzLm4.rar", 0, 4),
        Attribute("a", "href", "viewtopic.php?f=2&t=44", 0, 4),
        Attribute("a", "href", "#", 0, 4),
        Attribute("a", "href", "javascript:void(0)", 0, 4),
        Attribute("a", "href", "mailto:a@b.example", 0, 4),
        Attribute("a", "href", "https://board.test/f/k7Qv2XzLm4", 0, 4),
        Attribute("a", "href", "//board.test/f/k7Qv2XzLm4", 0, 4),
        Attribute("img", "src", "https://cratebay.example/f/k7Qv2XzLm4", 0, 0),
        Attribute("script", "src", "https://cratebay.example/f/k7Qv2XzLm4", 0, 0),
        Attribute("iframe", "src", "https://www.youtube.com/embed/k7Qv2XzLm4", 0, 0),
        Attribute("iframe", "src", "https://ads.example/banner", 0, 0),
        Attribute("a", "href", "https://plain.example/lantern", 0, 4),
    ],
)
def test_attributes_that_hold_no_target(attribute: Attribute) -> None:
    assert found("read", attribute) == []


ATTRIBUTES = [
    (Attribute("a", "href", CRATE, 0, 4), CRATE, "locker"),
    (Attribute("a", "href", "//cratebay.example/f/kT4vQz9LmW", 0, 4), CRATE, "locker"),
    (Attribute("input", "value", CRATE, 4, 4), CRATE, "locker"),
    (Attribute("a", "onclick", f"window.open('{CRATE}')", 0, 4), CRATE, "locker"),
    (
        Attribute("div", "data-config", '{"url":"https:\\/\\/cdn.example\\/a\\/index.m3u8"}', 0, 4),
        "https://cdn.example/a/index.m3u8",
        "stream",
    ),
    (Attribute("button", "data-clipboard-text", f"链接: {BAIDU} 提取码: ab12", 0, 4), BAIDU, "cloud_drive"),
    (Attribute("iframe", "src", "https://play.example/e/x7Kq2mZ9", 4, 4), "https://play.example/e/x7Kq2mZ9", "player"),
    (
        Attribute("iframe", "src", "https://ok.ru/videoembed/4718203956721", 4, 4),
        "https://ok.ru/videoembed/4718203956721",
        "player",
    ),
    (Attribute("video", "src", "https://cdn.example/v/lantern", 4, 4), "https://cdn.example/v/lantern", "stream"),
    (
        Attribute("source", "src", "https://cdn.example/v/lantern.mp4", 4, 4),
        "https://cdn.example/v/lantern.mp4",
        "file",
    ),
    (Attribute("a", "href", "https://plain.example/lantern", 0, 8), "https://plain.example/lantern", "link"),
    (Attribute("a", "href", "/go?u=" + b64(CRATE), 0, 4), CRATE, "locker"),
    (
        Attribute("a", "href", "https://board.test/go?u=https%3A%2F%2Fcratebay.example%2Ff%2FkT4vQz9LmW", 0, 4),
        CRATE,
        "locker",
    ),
    (Attribute("a", "href", "https://cratebay.example/f/a1/沉星渡 2031.rar", 0, 4), None, "file"),
    (Attribute("a", "title", thunder(CRATE), 0, 4), CRATE, "locker"),
]


@pytest.mark.parametrize(("attribute", "url", "kind"), ATTRIBUTES)
def test_attributes_that_hold_a_target(attribute: Attribute, url: str | None, kind: str) -> None:
    targets = find(Passage("download", (attribute,)), "https://board.test/t/1")
    assert len(targets) == 1
    assert targets[0].kind == kind
    assert targets[0].where == ("href" if attribute.name == "href" else "attribute")
    if url:
        assert targets[0].url == url


def test_a_list_of_episodes_is_one_target_each() -> None:
    text = "第01集$https://cdn.example/1/index.m3u8#第02集$https://cdn.example/2/index.m3u8$$$正片$https://v.example/share/9ac41be09d52"
    assert [url for url, _ in found(text)] == [
        "https://cdn.example/1/index.m3u8",
        "https://cdn.example/2/index.m3u8",
        "https://v.example/share/9ac41be09d52",
    ]


def test_a_shortened_anchor_text_gives_no_second_target() -> None:
    href = "https://cratebay.example/kT4vQz9LmW/The.Lantern.Keeper.2031.rar"
    for shown in (
        "https://cratebay.example/kT4vQz9LmW/Th ... r.2031.rar",
        "https://cratebay.example/kT4vQ…",
        "cratebay.example/kT4vQz9LmW/The.Lantern",
    ):
        targets = find(
            Passage(f"x {shown} y", (Attribute("a", "href", href, 2, 2 + len(shown)),)), "https://board.test/"
        )
        assert [t.url for t in targets] == [href]


def test_the_same_object_in_text_and_href_is_one_target() -> None:
    text = f"magnet:?xt=urn:btih:{HEX}"
    href = f"{text}&dn=Lantern&tr=udp%3A%2F%2Ft.test"
    (target,) = find(Passage(text, (Attribute("a", "href", href, 0, len(text)),)))
    assert target.url == href


def test_a_link_that_the_software_split_across_an_anchor() -> None:
    text = "hxxps://cratebay[.]example/kT4v"
    (target,) = find(Passage(text, (Attribute("a", "href", "hxxps://cratebay", 0, 16),)))
    assert (target.url, target.as_written) == ("https://cratebay.example/kT4v", text)


def test_a_hash_that_a_smiley_ate_is_damaged_unless_the_picture_says_what_was_typed() -> None:
    whole = "P" + BASE32[1:]
    text = f"magnet:?xt=urn:btih{whole[1:]}&dn=x"
    place = len("magnet:?xt=urn:btih")
    (lost,) = find(Passage(text, (Attribute("img", "alt", "Tongue", place, place),)))
    assert lost.damaged and lost.object is None and lost.as_written == text
    (kept,) = find(Passage(text, (Attribute("img", "alt", ":P", place, place),)))
    assert not kept.damaged and kept.object is not None and kept.url == f"magnet:?xt=urn:btih:{whole}&dn=x"


def test_a_lower_cased_thunder_link_is_damaged_and_kept_as_written() -> None:
    written = thunder(CRATE).lower()
    (target,) = find(Passage(written))
    assert target.damaged and target.object is None and target.url == written


def test_a_torrent_file_named_by_its_hash_has_the_object() -> None:
    (target,) = find(Passage(f"https://cache.example/torrent/{HEX.upper()}.torrent"))
    assert (target.kind, target.object) == ("torrent", f"btih:{HEX}")


def test_two_spellings_of_one_share_are_one_target() -> None:
    text = f"{BAIDU}\nhttps://pan.baidu.com/share/init?surl=QmWv8sKdTzXc4LpNb6RyUj&pwd=ab12"
    (target,) = find(Passage(text))
    assert (target.object, target.access_code) == (BAIDU_OBJECT, "ab12")


def test_a_link_to_the_own_host_is_no_target_however_it_is_written() -> None:
    own = "https://board.test/f/k7Qv2XzLm4"
    for text in (
        own,
        own.replace("http", "hxxp"),
        b64(own),
        "https://share.example/?u=" + own.replace("/", "%2F").replace(":", "%3A"),
    ):
        assert found(text) == []


def test_a_forwarder_is_judged_by_where_it_leads() -> None:
    lead = "https://board.test/out?to="
    assert found("x", Attribute("a", "href", lead + "https%3A%2F%2Fnews.example%2Fstory", 0, 1)) == []
    assert found("x", Attribute("a", "href", lead + "https%3A%2F%2Fcratebay.example%2Ff%2FkT4vQz9LmW", 0, 1)) == [
        (CRATE, None)
    ]


def test_glued_magnets_keep_their_names() -> None:
    text = f"magnet:?xt=urn:btih:{HEX}&dn=One#下载2$magnet:?xt=urn:btih:{HEX2}&dn=Two"
    assert [url for url, _ in found(text)] == [
        f"magnet:?xt=urn:btih:{HEX}&dn=One",
        f"magnet:?xt=urn:btih:{HEX2}&dn=Two",
    ]


def test_a_share_of_which_the_page_shows_only_the_beginning_is_damaged() -> None:
    (target,) = find(Passage("https://pan.baidu.com/s/1QmWv8sKdT..."))
    assert target.damaged and target.object is None
    (target,) = find(Passage(f"{BAIDU}..."))
    assert (target.object, target.damaged) == (BAIDU_OBJECT, False)


def test_a_torrent_file_beside_its_magnet_keeps_its_own_address() -> None:
    text = f"magnet:?xt=urn:btih:{HEX}\nhttps://cache.example/torrent/{HEX}.torrent"
    assert [(t.kind, t.object) for t in find(Passage(text))] == [("magnet", f"btih:{HEX}"), ("torrent", None)]


def test_an_infohash_in_an_attribute_that_says_so() -> None:
    (target,) = find(Passage("Get", (Attribute("button", "data-hash", HEX, 0, 3),)))
    assert target.object == f"btih:{HEX}"


@pytest.mark.parametrize(
    ("written", "url"),
    [
        ("https://crate.example/f/9a1c/%E6%B2%89%E6%98%9F.part1.rar", "https://crate.example/f/9a1c/沉星.part1.rar"),
        ("https://crate.example/f/9a1c/%e6%b2%89%E6%98%9F_x.rar", "https://crate.example/f/9a1c/沉星_x.rar"),
        ("https://crate.example/f/9a1c/a%20b%2Fc.part1.rar", "https://crate.example/f/9a1c/a%20b%2Fc.part1.rar"),
        ("https://crate.example/f/9a1c/%C9%AB.part1.rar", "https://crate.example/f/9a1c/ɫ.part1.rar"),
        ("https://crate.example/f/9a1c/%B3%C1.part1.rar", "https://crate.example/f/9a1c/%B3%C1.part1.rar"),
        ("https://crate.example/f/9a1c/a%E2%80%AEb.part1.rar", "https://crate.example/f/9a1c/a%E2%80%AEb.part1.rar"),
    ],
)
def test_letters_of_other_scripts_are_written_as_letters(written: str, url: str) -> None:
    (target,) = find(Passage("file", (Attribute("a", "href", written, 0, 4),)))
    assert (target.url, target.as_written) == (url, written)
