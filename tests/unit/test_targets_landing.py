"""The signs of landing pages: every family's, those for all, and pages made to mislead or to stall."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.errors import ConfigurationError
from crawler.targets import families, signs
from crawler.targets.asking import VISITED, asked_for, end_of, forwards, hands_out
from crawler.targets.landing import Answered, judge
from crawler.targets.shown import Shown

AT = "https://host.example/f/k7Qv2XzL"


def state(text: str, status: int = 200, family: str | None = None, url: str = AT) -> str:
    return judge(Answered(url, status, text, "text/html"), family).state


BY_FAMILY = [
    ("baidu", "<p>请输入提取码：</p><input>", "locked"),
    ("baidu", "<title>百度网盘-链接不存在</title>", "dead"),
    ("baidu", '<script>x = {\'a\': 1, "server_filename": "lantern.mkv"}</script>', "live"),
    ("quark", "<h1>分享地址已失效</h1>", "dead"),
    ("tianyi", "<div class='error-tip'>抱歉，该内容审核不通过</div>", "removed"),
    ("lanzou", "<div class='off'><div></div>来晚啦...文件取消分享了</div>", "dead"),
    ("lanzou", "<iframe src='/fn?a=1'></iframe>", "live"),
    ("lanzou", "<input id='pwd'>", "locked"),
    ("mediafire", "<p class='notice'>Invalid or Deleted File.</p>", "dead"),
    ("rapidgator", "<h3>404 File not found</h3>", "dead"),
    ("1fichier", "<p>The requested file could not be found</p>", "dead"),
    ("depositfiles", "<p>This file was removed for infringement of copyright</p>", "removed"),
    ("streamtape", "<h1>Video not found!</h1>", "dead"),
    ("vk_video", "<p>Видеозапись недоступна: изъята по требованию правообладателя</p>", "removed"),
]


@pytest.mark.parametrize(("family", "text", "expected"), BY_FAMILY)
def test_a_familys_own_words(family: str, text: str, expected: str) -> None:
    assert state(text, family=family) == expected


IN_ALL_LANGUAGES = [
    ("<h2>Datei nicht gefunden</h2>", "dead"),
    ("<h2>Le fichier demandé est introuvable</h2>", "dead"),
    ("<h2>El archivo ha sido eliminado</h2>", "dead"),
    ("<h2>Файл не найден</h2>", "dead"),
    ("<h2>該分享已被取消</h2><p>連結已過期</p>", "dead"),
    ("<h2>该文件因涉嫌侵权已被删除</h2>", "removed"),
    ("<p>Diese Datei wurde wegen Verletzung von Urheberrecht entfernt</p>", "removed"),
    ("<p>您所在的地区无法访问此内容</p>", "geo-blocked"),
    ("<p>Blocked in your country</p>", "geo-blocked"),
    ("<form>请输入密码 <input type='password'></form>", "locked"),
    ("<h1>灯海归航.mkv</h1><p>大小：1.4 GB</p><button>下载</button>", "live"),
    ("<video><source src='/v.mp4'></video>", "live"),
    ("<script>player.setup({sources: [{file: 'https://cdn.example/a/master.m3u8'}]})</script>", "live"),
]


@pytest.mark.parametrize(("text", "expected"), IN_ALL_LANGUAGES)
def test_words_that_hold_for_every_host(text: str, expected: str) -> None:
    assert state(text) == expected


MISLEADING = [
    "<h1>Welcome</h1><p>Report copyright infringement</p>",
    "<h1>Upload</h1><p>Files are kept for 30 days after the last download.</p>",
    "<footer>DMCA</footer><form>Login: enter your password <input type='password'></form>",
    "<div id='app'></div><noscript>Please enable JavaScript</noscript>",
    "<template><h1>File not found</h1></template>",
    "<div style='display: none'><h1>File not found</h1></div>",
    "<div class='hidden'>链接不存在</div>",
    "",
    "plain words",
    "<h1>Free download</h1>",
    "<h1>1.4 GB</h1>",
]


@pytest.mark.parametrize("text", MISLEADING)
def test_what_no_sign_speaks_of_is_unknown(text: str) -> None:
    assert state(text) == "unknown"


def test_words_say_more_than_a_status() -> None:
    assert state("<p>Removed following a DMCA takedown notice</p>", 404) == "removed"
    assert state("<p>Not available in your country for legal reasons</p>", 451) == "geo-blocked"
    assert state("<p>x</p>", 451) == "removed"
    assert state("<p>File not found</p>", 502) == "unknown"


def test_where_the_redirects_ended_is_a_sign() -> None:
    assert state("", family="baidu", url="https://pan.baidu.com/error/404.html") == "dead"
    assert state("", family="baidu", url="https://pan.baidu.com/share/init?surl=x") == "locked"


@pytest.mark.parametrize(
    "text",
    [
        "<div class=error>" * 30_000,
        "<p " + " ".join(f"a{n}=1" for n in range(50_000)) + ">File not found",
        "<div class=error><i>" + "<b>x</b>" * 900 + "</i></div>" * 60,
        "<!--" * 100_000,
        "file removed " * 40_000,
        "\x00<h1>\ud800</h1>",
    ],
)
def test_a_page_made_to_stall_is_read(text: str) -> None:
    root = Shown(text).root
    assert root is None or max(len(part.attrib) for part in root.iter()) < 10_000
    assert len(Shown(text).messages) <= 101
    assert state(text) in ("unknown", "dead")


@given(
    st.text(max_size=400), st.sampled_from([200, 204, 301, 403, 404, 451, 500]), st.sampled_from([None, "baidu", "voe"])
)
def test_no_page_is_beyond_judgement(text: str, status: int, family: str | None) -> None:
    assert state(text, status, family) in (*signs.STATES, "file")


def test_every_sign_is_of_a_family_that_exists_and_thirty_families_can_be_visited() -> None:
    known = signs.known()
    names = {family.name for family in families.known().families}
    assert {sign.family for sign in known.signs} - {None} <= names
    visited = [
        family
        for family in families.known().families
        if family.examples and asked_for(family.kind, family.examples[0], family.name).url
    ]
    assert len(visited) >= 30


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("[[sign]]\nstate = 'gone'\nstatus = [404]", "unknown state"),
        ("[[sign]]\nstate = 'dead'", "names nothing"),
        ("[[sign]]\nstate = 'dead'\nwords = ['(']", "not a regular expression"),
        ("[[sign]]\nstate = 'dead'\nselector = '//['", "not an XPath"),
        ("[[sign]]\nstate = 'dead'\nfamily = 'nobody'\nstatus = [1]", "no such family"),
        ("[[sign]]\nstate = 'dead'\nstatus = ['404']", "no number"),
        ("[[sign]]\nstate = 'dead'\ncolour = 1", "unknown key"),
        ("[[sign]]\nstate = 'dead'\nwords = ['a']\nwhere = 'moon'", "unknown place"),
        ("signs = 1", "unknown key"),
        ("= 1", "not TOML"),
    ],
)
def test_a_faulty_sign_is_refused_and_named(text: str, fault: str) -> None:
    with pytest.raises(ConfigurationError, match=fault):
        signs.parse(text)


CODED = [
    ("https://pan.baidu.com/s/1QmWv8sKdTzXc4LpNb6RyUj?pwd=ab12#list", "https://pan.baidu.com/s/1QmWv8sKdTzXc4LpNb6RyUj"),
    ("https://115.com/s/swn4k7p3xq1?password=x1y2&a=b#", "https://115.com/s/swn4k7p3xq1?a=b"),
    ("https://url48.ctfile.com/f/31457048-907214633-5ac1b9?p=4821", "https://url48.ctfile.com/f/31457048-907214633-5ac1b9"),
    ("https://www.123pan.com/s/h7kTVv-q2XnA?提取码:ab12", "https://www.123pan.com/s/h7kTVv-q2XnA"),
    ("https://cloud.189.cn/web/share?code=RvMz2qJnEb6f", "https://cloud.189.cn/web/share?code=RvMz2qJnEb6f"),
]  # fmt: skip


@pytest.mark.parametrize(("written", "asked"), CODED)
def test_no_access_code_stands_in_what_is_asked_for(written: str, asked: str) -> None:
    found = end_of(written)
    assert found is not None
    assert asked_for(found.kind, written, found.family).url == asked


def test_a_code_under_an_unknown_name_is_left_out_too() -> None:
    assert (
        asked_for("locker", "https://h.example/f/k7Qv2XzL?tq=ab12&n=1", None, "ab12").url
        == "https://h.example/f/k7Qv2XzL?n=1"
    )


PAYLOAD = [
    "https://drive.google.com/uc?export=download&id=1kQ4VzTbLxW9mRvK2pTzQ7cLfNb4JyUhA",
    "https://www.dropbox.com/s/k7qv2xzlm4tw9bn/lantern.zip?dl=1",
    "https://pixeldrain.com/api/file/k7Qv2XzL",
    "https://host.example/d/k7Qv2XzL/lantern.rar",
    "https://host.example/a.torrent",
    "https://host.example/a/master.m3u8",
]


@pytest.mark.parametrize("url", PAYLOAD)
def test_addresses_that_hand_out_a_copy_are_known(url: str) -> None:
    assert hands_out(url)


@pytest.mark.parametrize("kind", ["magnet", "ed2k", "torrent", "stream", "file", "disc", "link"])
def test_only_landing_pages_are_asked_for(kind: str) -> None:
    assert kind not in VISITED
    assert asked_for(kind, AT, None).url is None


def test_redirectors_are_told_by_their_hosts() -> None:
    for redirector in families.known().redirectors:
        assert redirector.examples
        assert all(forwards(example) for example in redirector.examples)
        assert not any(families.families_of_host(host) for host in redirector.hosts)
    assert not forwards("https://notbit.ly.example/x")


RULES = [
    "<h1>lantern.rar</h1><p>1.4 GB</p><button>Free access</button><footer>Files that violate our terms will be removed.</footer>",
    "<h1>glass orchard</h1><p class='notice'>Files are deleted after 30 days. If a file has been removed, contact us.</p>",
    "<h1>glass orchard</h1><div class='alert'>Infringing files have been removed since 2010 on DMCA notice.</div>",
    "<h1>glass orchard</h1><div id='footer-terms'>Copyright infringing content was removed.</div>",
    "<p>Your IP has been blocked due to copyright complaints</p>",
    "<title>文件不存在的秘密 第一季 - 某网盘</title>",
    "<h1>灯海归航</h1><p>1.4 GB</p><p>本站严禁上传侵权内容，侵权文件已被删除，举报请联系</p>",
    "<h1>灯海归航</h1><p>如果文件已被删除，请联系分享者</p>",
    "<h1>lantern.rar</h1><p>Size 3 GB</p><p>Page not found</p>",
]


@pytest.mark.parametrize("text", RULES)
def test_a_hosts_rules_and_a_works_name_say_nothing_of_a_copy(text: str) -> None:
    assert state(text) == "unknown"


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("https://mega.nz/#!kQ4VzTbL!xW9mRvK2pTzQ7cLfNb4JyUhAs8dGe1oXi5MkBw0Pq3E", "fragment"),
        ("https://host.example/#/s/abc", "fragment"),
        ("https://katfile.com/k7qv2xzlm4tw?killcode=abcdef", "changes"),
        ("https://1fichier.com/remove/abc/def", "changes"),
        ("https://host.example/f/abc/delete?key=1", "changes"),
    ],
)
def test_what_may_change_something_or_answers_for_another_page_is_not_asked(url: str, why: str) -> None:
    asked = asked_for("locker", url, None)
    assert (asked.url, asked.why) == (None, why)


@pytest.mark.parametrize("tail", ["?k=%61b12", "/ab12", ",ab12", "?pwd=ab12", "#ab12", "?code=ab12"])
def test_no_spelling_of_a_code_is_handed_over(tail: str) -> None:
    assert (
        asked_for("cloud_drive", f"https://drive.example/s/abc{tail}", None, "ab12").url
        == "https://drive.example/s/abc"
    )
