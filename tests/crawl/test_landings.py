"""Landing pages of targets: their state, where redirectors lead, and what is never asked for."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.evidence import verify
from crawler.model import Work
from crawler.store import Store, pointing, works
from tests.crawl.hostile import Act, ok
from tests.crawl.landing_scene import LandingScene, reply, scene
from tests.decorators import coroutine_test

BAIDU, SHORT, LOCKER, ANY = "pan.baidu.com", "bit.ly", "katfile.com", "lockers.test"
SHARE = "/s/1QmWv8sKdTzXc4LpNb6RyUj"
FILE = "/k7qv2xzlm4tw/lantern.rar.html"
LIVE = "<h1>lantern.rar</h1><p>Size: 1.4 GB</p><a href='/go'>Download</a>"


@pytest.fixture
def hosts(tmp_path: Path) -> Iterator[LandingScene]:
    with scene(tmp_path, BAIDU, SHORT, LOCKER, ANY, elsewhere={"inner.test": "127.0.0.3"}) as made:
        yield made


STATES = {
    "live": (LOCKER, FILE, reply(200, body=LIVE), "live"),
    "removed with 200": (
        LOCKER,
        FILE,
        reply(200, body="<h1>Sorry</h1>This file was removed after a complaint by the rights holder: copyright"),
        "removed",
    ),
    "dead with 200": (LOCKER, FILE, reply(200, body="<title>x</title><h2>File Not Found</h2>"), "dead"),
    "404": (LOCKER, FILE, reply(404, body="<p>nothing</p>"), "dead"),
    "410 without a page": (LOCKER, FILE, reply(410, body="{}", kind="application/json"), "dead"),
    "451": (LOCKER, FILE, reply(451, body="<p>No.</p>"), "removed"),
    "403 with words": (LOCKER, FILE, reply(403, body="<p>Not available in your country.</p>"), "geo-blocked"),
    "403 without": (LOCKER, FILE, reply(403, body="<p>Forbidden</p>"), "unknown"),
    "a password": (
        LOCKER,
        FILE,
        reply(200, body="<form>Please enter the password to go on <input type=password name=pass></form>"),
        "locked",
    ),
    "a cookie wall": (LOCKER, FILE, reply(200, body="<p>You must accept cookies to continue</p>"), "unknown"),
    "a page of scripts": (
        LOCKER,
        FILE,
        reply(200, body="<div id=app></div><script>'File not found'</script><p hidden>File not found</p>"),
        "unknown",
    ),
    "there and gone": (LOCKER, FILE, reply(200, body=f"<h1>File not found</h1>{LIVE}"), "unknown"),
    "a file's own name": (
        LOCKER,
        FILE,
        reply(200, body=LIVE.replace("lantern.rar", "File not found (2024).mkv")),
        "live",
    ),
    "cancelled": (BAIDU, SHARE, reply(200, body="<p>啊哦，你来晚了，分享的文件已经被取消了</p>"), "dead"),
    "infringing": (BAIDU, SHARE, reply(200, body="<p>此链接分享内容可能因为涉及侵权、无法访问！</p>"), "removed"),
    "in GBK": (
        BAIDU,
        SHARE,
        ok("<meta charset=gbk><p>链接不存在</p>".encode("gbk"), kind=b"text/html"),
        "dead",
    ),
    "busy": (LOCKER, FILE, reply(503, body="<p>File not found</p>"), "unknown"),
}


@pytest.mark.parametrize("case", STATES)
@coroutine_test
async def test_a_state_is_what_the_page_says_and_never_a_guess(hosts: LandingScene, case: str) -> None:
    host, path, answer, state = STATES[case]
    hosts.serve(path, answer)
    hosts.offer(hosts.url(host, path))
    await hosts.visit()
    assert hosts.landing()["state"] == state
    (event,) = hosts.events()
    assert (event["event"], event["bytes_kept"]) == (state, True)
    purposes = [(one["purpose"], one["site_id"]) for one in hosts.exchanges()]
    assert purposes == [("robots", "forum"), ("landing", "forum")]
    assert len(hosts.ledger("landing")) == 1


@coroutine_test
async def test_no_access_code_cookie_range_or_referer_is_ever_sent(hosts: LandingScene) -> None:
    hosts.serve(SHARE, reply(302, "Location: /share/init?surl=QmWv8sKdTzXc4LpNb6RyUj", "Set-Cookie: a=b"))
    hosts.serve("/share/init", reply(200, body="<p>请输入提取码</p><input id=pwd>"))
    hosts.offer(hosts.url(BAIDU, f"{SHARE}?pwd=ab12#list"), code="ab12")
    await hosts.visit()
    assert hosts.landing()["state"] == "locked"
    assert hosts.asked() == [SHARE, "/share/init?surl=QmWv8sKdTzXc4LpNb6RyUj"]
    for path in hosts.asked():
        asked = hosts.request(path)
        assert not [word for word in ("ab12", "cookie:", "range:", "referer:", "authorization:") if word in asked]
        assert asked.startswith("get ")


@coroutine_test
async def test_a_file_that_answers_in_a_pages_place_is_cut_after_its_head(hosts: LandingScene) -> None:
    payload = b"Rar!\x1a\x07" + bytes(3_000_000)
    hosts.serve("/d/k7Qv2XzL", ok(payload, kind=b"application/octet-stream"))
    hosts.serve(FILE, ok(payload, kind=b"text/html"))
    hosts.serve("/d/k7Qv2XzM", ok(b"<p>page</p>", b"Content-Disposition: attachment; filename=a.html"))
    hosts.offer(hosts.url(ANY, "/d/k7Qv2XzL"), hosts.url(LOCKER, FILE), hosts.url(ANY, "/d/k7Qv2XzM"))
    await hosts.visit()
    assert [link["landing"]["state"] for link in hosts.links()] == ["file"] * 3
    assert all(one["response_bytes"] < 1000 for one in hosts.exchanges())


@coroutine_test
async def test_what_hands_out_a_copy_is_not_asked_for(hosts: LandingScene) -> None:
    magnet = f"magnet:?xt=urn:btih:{'ab' * 20}"
    hosts.offer(hosts.url(ANY, "/d/k7Qv2XzL/lantern.rar"), magnet, hosts.url(ANY, "/x/lantern.zip"))
    await hosts.visit()
    assert (hosts.server.talks, hosts.exchanges()) == ({}, [])
    assert {link["landing"] and link["landing"]["state"] for link in hosts.links()} <= {None, "not-visited"}


@coroutine_test
async def test_a_huge_page_is_read_in_its_first_part(hosts: LandingScene) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<h1>File not found</h1>"
    hosts.serve(FILE, head, *[b"<!-- again and again -->" * 4096] * 64, Act.HOLD)
    hosts.offer(hosts.url(LOCKER, FILE))
    await hosts.visit()
    assert hosts.landing()["state"] == "dead"
    landing = hosts.exchanges()[-1]
    assert (landing["truncated"], landing["response_bytes"]) == ("length", 512 * 1024)


@coroutine_test
async def test_robots_txt_is_obeyed(hosts: LandingScene) -> None:
    hosts.serve("/robots.txt", ok(b"User-agent: *\nDisallow: /s/", kind=b"text/plain"))
    hosts.offer(hosts.url(BAIDU, SHARE))
    await hosts.visit()
    landing = hosts.landing()
    assert (landing["state"], landing["said"]["by"]) == ("not-visited", "robots")
    assert hosts.asked() == []


@coroutine_test
async def test_a_redirector_is_asked_where_it_leads_and_the_copy_counts_once(hosts: LandingScene) -> None:
    share = hosts.url(BAIDU, SHARE)
    hosts.serve("/3kQvT9z", reply(302, f"Location: {hosts.url(SHORT, '/second')}"))
    hosts.serve("/second", reply(301, f"Location: {share}?pwd=ab12"))
    hosts.serve(SHARE, reply(200, body="<p>链接不存在</p>"))
    hosts.offer(hosts.url(SHORT, "/3kQvT9z"))
    hosts.offer(share, number=2)
    await hosts.visit()
    short, end = hosts.links()
    assert (short["kind"], short["family"], short["object"], short["expanded"]) == ("link", "short", None, False)
    assert (short["landing"]["state"], short["landing"]["leads_to"]) == ("forwards", f"{share}?pwd=ab12")
    assert (end["kind"], end["family"], end["expanded"]) == ("cloud_drive", "baidu", True)
    assert end["object"] == hosts.links("hit2")[0]["object"] == "share:baidu/QmWv8sKdTzXc4LpNb6RyUj"
    assert (end["access_code"], end["as_written"]) == ("ab12", short["url"])
    assert end["landing"]["state"] == "dead"
    assert hosts.copies() == 1
    # The share was asked once, whoever leads to it, and each hop is an exchange that names the one before.
    assert sorted(hosts.asked()) == sorted(["/3kQvT9z", "/second", SHARE])
    assert len(hosts.server.talks[SHARE]) == 1
    hops = [one for one in hosts.exchanges() if one["purpose"] == "landing" and SHORT in one["url"]]
    assert [(one["hop"], one["status"]) for one in hops] == [(0, 302), (1, 301)]
    assert hops[1]["via"] == hops[0]["exchange_id"]
    # A listing that is read later, with the same short address, has its end at once.
    hosts.offer(hosts.url(SHORT, "/3kQvT9z"), number=3)
    await hosts.visit()
    assert [link["expanded"] for link in hosts.links("hit3")] == [False, True]
    assert len(hosts.server.talks["/3kQvT9z"]) == 1


@coroutine_test
async def test_five_redirects_are_followed_and_no_sixth(hosts: LandingScene) -> None:
    for number in range(9):
        hosts.serve(f"/hop{number}", reply(302, f"Location: /hop{number + 1}"))
    hosts.serve("/five0", reply(302, "Location: /hop4"))
    hosts.serve("/hop8", reply(200, body="<p>This link has expired.</p>"))
    hosts.offer(hosts.url(SHORT, "/hop0"), hosts.url(SHORT, "/hop3"))
    await hosts.visit()
    sixth, fifth = [link["landing"] for link in hosts.links()]
    assert (sixth["state"], sixth["said"]["by"]) == ("unknown", "hops")
    assert fifth["state"] == "dead"
    assert len([one for one in hosts.exchanges() if one["purpose"] == "landing"]) == 12
    chain = next(event for event in hosts.events() if event["facts"]["target"].endswith("/hop0"))["facts"]["hops"]
    assert [hop["status"] for hop in chain] == [302] * 6 + [None]


ENDS = {
    "a circle": ("/round", "circle", "unknown"),
    "a file": ("/lantern.rar", "redirect", "file"),
    "a genuine page": ("https://www.imdb.com/title/tt1", "elsewhere", "unknown"),
    "no address": ("javascript:alert(1)", "address", "unknown"),
    "another scheme": ("file:///etc/passwd", "address", "unknown"),
    "a bad address": ("http://[bad", "address", "unknown"),
    "an address that is not a site's": ("http://inner.test:{port}/page", "robots", "unknown"),
    "a name of nobody": ("http://nowhere.test/page", "robots", "unknown"),
}


@pytest.mark.parametrize("case", ENDS)
@coroutine_test
async def test_where_a_redirect_must_not_be_followed_it_is_noted(hosts: LandingScene, case: str) -> None:
    to, by, state = ENDS[case]
    hosts.serve("/round", reply(302, f"Location: {to.replace('{port}', str(hosts.server.port))}"))
    hosts.offer(hosts.url(SHORT, "/round"))
    await hosts.visit()
    landing = hosts.landing()
    assert (landing["state"], landing["said"]["by"]) == (state, by)
    assert hosts.asked() == ["/round"]
    (event,) = hosts.events()
    assert event["facts"]["hops"][-1]["note"]
    assert event["facts"]["hops"][-1]["status"] is None


@coroutine_test
async def test_a_private_address_is_refused_by_the_guard_and_recorded(hosts: LandingScene) -> None:
    hosts.offer(f"http://inner.test:{hosts.server.port}/d/k7Qv2XzL")
    await hosts.visit()
    assert hosts.landing()["state"] == "not-visited"
    (robots,) = hosts.exchanges()
    assert robots["error"].startswith("refused-address: ")
    assert robots["address"] is None


@coroutine_test
async def test_a_redirector_that_leads_to_a_magnet_or_says_so_in_its_page(hosts: LandingScene) -> None:
    magnet = f"magnet:?xt=urn:btih:{'ab' * 20}"
    hosts.serve("/toMagnet", reply(302, f"Location: {magnet}"))
    refresh = f'<meta http-equiv="Refresh" content="0; url={hosts.url(LOCKER, FILE)}">'
    hosts.serve("/inPage", reply(200, body=refresh))
    named = f"<p>You are leaving for</p><a href='{hosts.url(BAIDU, SHARE)}'>this page</a> <a href='/about'>About</a>"
    hosts.serve("/named", reply(200, body=named))
    choice = f"{named}<a href='{hosts.url(LOCKER, FILE)}'>or this</a>"
    hosts.serve("/choice", reply(200, body=choice))
    hosts.serve("/button", reply(200, body="<p>Wait 5 seconds, then press the button</p>"))
    hosts.serve(FILE, reply(200, body=LIVE))
    hosts.serve(SHARE, reply(410))
    paths = ("/toMagnet", "/inPage", "/named", "/choice", "/button")
    hosts.offer(*(hosts.url(SHORT, path) for path in paths))
    await hosts.visit()
    found = {link["url"]: link for link in hosts.links()}
    assert found[magnet]["object"] == f"btih:{'ab' * 20}"
    assert found[magnet]["landing"] is None
    assert found[hosts.url(LOCKER, FILE)]["landing"]["state"] == "live"
    assert found[hosts.url(BAIDU, SHARE)]["landing"]["state"] == "dead"
    for path in ("/button", "/choice"):
        assert found[hosts.url(SHORT, path)]["landing"]["said"]["by"] == "page"


@coroutine_test
async def test_a_genuine_page_behind_a_redirector_is_no_target(hosts: LandingScene) -> None:
    genuine = hosts.url(ANY, "/s/k7Qv2XzL")
    store = Store.open(hosts.workspace.database)
    works.save(store, [Work("salt", "The Salt Lantern", identifiers=(genuine,))])
    store.close()
    hosts.serve("/genuine", reply(302, f"Location: {genuine}"))
    hosts.offer(hosts.url(SHORT, "/genuine"))
    await hosts.visit()
    (link,) = hosts.links()
    assert (link["landing"]["said"]["by"], link["landing"]["leads_to"]) == ("reference", None)
    assert hosts.asked() == ["/genuine"]


@coroutine_test
async def test_a_state_that_changes_is_an_event_and_one_that_stays_is_none(hosts: LandingScene) -> None:
    hosts.serve(FILE, reply(200, body=LIVE))
    hosts.offer(hosts.url(LOCKER, FILE))
    await hosts.visit()
    # Its time has not come: nothing is asked.
    await hosts.visit()
    assert len(hosts.server.talks[FILE]) == 1
    first = hosts.landing()
    hosts.make_due()
    await hosts.visit()
    assert len(hosts.server.talks[FILE]) == 2
    assert hosts.landing()["since"] == first["since"]
    # A host that is down says nothing of the copy.
    hosts.serve(FILE, reply(503))
    hosts.make_due()
    await hosts.visit()
    assert (hosts.landing()["state"], hosts.landing()["since"]) == ("live", first["since"])
    hosts.serve(FILE, reply(451))
    hosts.make_due()
    await hosts.visit()
    assert [event["event"] for event in hosts.events()] == ["live", "removed"]
    assert len(hosts.server.talks[FILE]) == 4
    assert not [one for one in verify.workspace(hosts.workspace.folder) if one.state == "fail"]


@coroutine_test
async def test_a_decided_hit_that_is_none_is_left_alone_and_the_budget_holds(hosts: LandingScene) -> None:
    hosts.serve(FILE, reply(200, body=LIVE))
    hosts.offer(hosts.url(LOCKER, FILE))
    store = Store.open(hosts.workspace.database)
    with store.transaction() as connection:
        connection.execute("UPDATE hits SET status = 'licensed'")
    await hosts.visit()
    with store.transaction() as connection:
        connection.execute("UPDATE hits SET status = 'infringing'")
    store.close()
    # One request is robots.txt's; the page stays due.
    await hosts.visit(max_requests=1)
    assert hosts.asked() == []
    assert hosts.links()[0]["landing"] is None
    await hosts.visit()
    assert hosts.landing()["state"] == "live"


@coroutine_test
async def test_a_run_that_is_stopped_asks_nothing_more(hosts: LandingScene) -> None:
    hosts.offer(hosts.url(LOCKER, FILE))
    with hosts.running() as (_, landing):
        landing.look()
        landing.stop("the run was stopped")
        await landing.finish()
    assert hosts.asked() == []
    assert hosts.links()[0]["landing"] is None


@coroutine_test
async def test_a_code_that_a_redirect_adds_is_not_handed_over(hosts: LandingScene) -> None:
    hosts.serve("/abc", reply(302, f"Location: {hosts.url(ANY, '/share/zz?pwd=ab12')}"))
    hosts.serve("/share/zz", reply(200, body="<p>glass</p>"))
    hosts.offer(hosts.url(SHORT, "/abc"), code="ab12")
    await hosts.visit()
    assert not any("ab12" in asked for asked in hosts.asked())
    assert any(asked.endswith("/share/zz") for asked in hosts.asked())


@coroutine_test
async def test_where_a_shortener_leads_is_a_pointer_to_a_host(hosts: LandingScene) -> None:
    end = hosts.url(ANY, "/share/zz")
    hosts.serve("/abc", reply(302, f"Location: {end}"))
    hosts.serve("/share/zz", reply(200, body="<p>glass</p>"))
    hosts.offer(hosts.url(SHORT, "/abc"))
    await hosts.visit()
    store = Store.open(hosts.workspace.database)
    (pointer,) = pointing.forwards(store)
    store.close()
    assert (pointer.url, pointer.is_hit) == (end, True)
