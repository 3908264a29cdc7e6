"""Pages that stand in a site's place are told by what they say, and a site's own pages are not taken for them."""

import pytest

from crawler.model import Site
from spiders.page import FetchedPage
from spiders.read import read
from spiders.standins import leads_to

SITE = Site("quay", "http://quay.example/", ("quay.example:80",))


def front(body: str, status: int = 200, title: str = "", role: str = "entry", head: str = "") -> FetchedPage:
    html = f"<html><head><title>{title}</title>{head}</head><body>{body}</body></html>"
    kind = {"Content-Type": "text/html; charset=utf-8"}
    return FetchedPage(SITE.url, status, kind, html.encode(), SITE, role)  # type: ignore[arg-type]


RELATED = "".join(
    f'<a href="/search?q={word}">{word}</a> ' for word in ("hotels", "cars", "loans", "films", "boats", "shoes")
)


@pytest.mark.parametrize(
    ("state", "page"),
    [
        ("challenge", front("<p>This takes a moment.</p>", 503, "Just a moment...")),
        ("challenge", front("<h1>quay.example</h1><p>Verifying you are human. This may take a few seconds.</p>", 403)),
        ("challenge", front("<h1>Making sure you're not a bot!</h1>")),
        ("challenge", front("<script>document.cookie='t=1;path=/';location.reload();</script>")),
        ("challenge", front("<p>请完成以下验证后继续访问</p>", 200, "安全验证")),
        ("challenge", front("<div>拖动滑块完成拼图</div>")),
        ("challenge", front("<p>正在检测您的浏览器，请稍候</p>")),
        ("blocked", front("<h1>403 Forbidden</h1><hr>nginx", 403, "403 Forbidden")),
        ("blocked", front("<h1>Access denied</h1><p>You have been blocked.</p>")),
        ("blocked", front("<p>This content is not available in your country.</p>", 451)),
        ("blocked", front("<h2>您的IP地址已被封禁</h2>")),
        ("blocked", front("<p>很抱歉，您的访问被阻断，您的请求可能对网站造成安全威胁</p>", 405)),
        ("parked", front(f"<h1>quay.example</h1><p>Buy this domain</p>{RELATED}")),
        ("parked", front(f"<h1>Related searches</h1>{RELATED}", title="quay.example is parked")),
        ("parked", front("<p>此域名正在出售，有意者请联系</p>")),
        ("parked", front("<h1>恭喜，站点创建成功！</h1>")),
        ("parked", front("<h1>Welcome to nginx!</h1>", title="Welcome to nginx!")),
        ("parked", front("<h1>This Account has been suspended.</h1>")),
        ("parked", front("<p>该网站未按规定备案，暂时无法访问</p>")),
        ("login_wall", front("<form><input type=password></form>", title="Log in - Quay")),
        ("login_wall", front("<p>您需要先登录才能继续本操作</p>", title="提示信息")),
    ],
)
def test_what_stands_there_is_named(state: str, page: FetchedPage) -> None:
    reading = read(page)
    assert (reading.state, reading.links, reading.listings) == (state, (), ())
    assert reading.notes


@pytest.mark.parametrize(
    "page",
    [
        front("", head='<meta http-equiv="refresh" content="0; url=http://new-quay.example/forum/">'),
        front("<script>window.location.href = 'http://new-quay.example/forum/';</script>"),
        front('<p>本站已启用新域名：<a href="http://new-quay.example/forum/">点此进入</a></p>'),
        front('<h1>We have moved</h1><a href="http://new-quay.example/forum/">here</a>'),
    ],
)
def test_a_page_that_sends_its_visitors_on_says_where(page: FetchedPage) -> None:
    reading = read(page)
    assert (reading.state, reading.redirect_to) == ("redirect", "http://new-quay.example/forum/")


ROWS = "".join(
    f'<tr class="topic"><td><a class="title" href="/topic/{n}">{title}</a></td><td>{n} replies</td><td>2026-01-02 10:00</td></tr>'
    for n, title in enumerate(
        ["Access denied when I log in", "This domain is for sale, a novel", "Captcha does not load", "我们的新域名讨论", "Welcome", "Forbidden books"], 3
    )
)  # fmt: skip


def test_a_sites_own_pages_may_speak_of_such_things() -> None:
    table = f"<h1>Heron Quay</h1><table><tr><th>Topic</th><th>Replies</th><th>Last</th></tr>{ROWS}</table>"
    reading = read(front(table + "<p>永久地址 quay.example</p>", title="Heron Quay"))
    assert reading.state == "ok" and len(reading.links) == 6


@pytest.mark.parametrize(
    ("url", "state"),
    [
        ("https://new-quay.example/", "moved"),
        ("https://login.partner.example/start?next=/", "login-wall"),
        ("https://partner.example/accounts/signin", "login-wall"),
        ("https://www.hugedomains.com/domain_profile.cfm?d=quay", "parked"),
        ("https://captcha.guard.example/check", "challenge"),
    ],
)
def test_where_a_redirect_leads_is_told_by_its_address(url: str, state: str) -> None:
    assert leads_to(url) == state


CHALLENGES = [
    ("Just a moment...", "<h1>Checking your browser</h1>"),
    ("DDoS protection", "Browser integrity check"),
    ("安全验证", "正在进行安全检测"),
    ("", "<p>This takes a moment.</p><i id='cf-browser-verification'></i>"),
    ("", "<script src='/_guard/auto.js'></script>"),
    ("", "<script>var arg1='1A'; function f(x) { setCookie('acw_sc__v2', x) }</script>"),
    ("Making sure you're not a bot!", "<script id='anubis_challenge'>{}</script>"),
    ("", "您的访问过于频繁"),
]
SENT_ON = [
    '<meta http-equiv="refresh" content="5;url=/?verify=abc">',
    '<meta http-equiv="refresh" content="1; url=/_guard/ok?t=abc">',
    '<meta http-equiv="refresh" content="0;url=/forum/">',
    '<script>setTimeout(function(){location.href="/?__ddg_challenge=42"}, 3000)</script>',
]


@pytest.mark.parametrize("head", SENT_ON)
@pytest.mark.parametrize(("title", "body"), CHALLENGES)
@pytest.mark.parametrize("status", [200, 503])
def test_a_challenge_is_not_passed_by_its_own_refresh(title: str, body: str, head: str, status: int) -> None:
    reading = read(front(body, status, title, head=head))
    assert reading.state in ("challenge", "blocked") and reading.redirect_to is None


@pytest.mark.parametrize("head", [head for head in SENT_ON if "forum" not in head])
def test_a_page_without_a_word_that_leads_to_an_answer_is_a_challenge(head: str) -> None:
    reading = read(front("<p>...</p>" if "meta" in head else "", head=head))
    assert (reading.state, reading.redirect_to) == ("challenge", None)


def test_a_login_is_not_followed_by_its_own_refresh() -> None:
    refresh = '<meta http-equiv="refresh" content="3;url=/member.php?mod=logging">'
    reading = read(front("<p>您需要先登录才能继续本操作</p>", title="提示信息", head=refresh))
    assert (reading.state, reading.redirect_to) == ("login_wall", None)


@pytest.mark.parametrize("role", ["entry", "list", "topic"])
@pytest.mark.parametrize(
    "body",
    [
        "<h1>We will be back soon</h1><p>Our board is under maintenance. Please check back later.</p>",
        "<h1>Scheduled maintenance</h1>",
        "<h1>The board is currently offline</h1>",
        "<h1>网站维护中，暂时关闭</h1>",
        "<h1>系统正在升级维护</h1><p>请稍后再来</p>",
    ],
)
def test_a_site_under_maintenance_is_asked_again_and_says_nothing(body: str, role: str) -> None:
    reading = read(front(body, role=role))
    assert (reading.state, reading.listings, reading.links) == ("failed", (), ())
    assert reading.notes[0].startswith("maintenance: ")


def test_a_post_about_maintenance_is_a_post() -> None:
    post = (
        '<h1>Scheduled maintenance of old bikes</h1><div class="post"><span class="author">heron</span>'
        '<time datetime="2026-01-02T10:00:00Z">2 Jan</time><div class="body">We will be back soon with part two.</div></div>'
    )
    assert read(front(post, role="topic", title="Scheduled maintenance of old bikes")).state == "ok"
