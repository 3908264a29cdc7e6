"""What a visit says of a site that changed: it is read right, or a person is called; never an empty success."""

import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import pytest
from lxml import html
from lxml.html import HtmlElement

from crawler.practice.server import Answer, Answerer, Heard, LoopbackServer
from crawler.practice.sites import PracticeSites
from tests.cli.titlewatch import Shell

AT = ("--workspace", "W")
WISHES = ("network.allow_private=true", "crawl.delay=0", "browser.capture=false", "browser.render=false")
Change = Callable[[str, str], "str | Answer"]


@dataclass
class Changing:
    """A site whose pages may be changed on their way out."""

    site: Answerer
    change: Change | None = None
    asked: list[str] = field(default_factory=list)

    def __call__(self, heard: Heard) -> Answer:
        self.asked.append(heard.path)
        if self.change is None:
            return self.site(heard)
        # What is changed is not what an earlier validator vouches for.
        headers = tuple(one for one in heard.headers if one[0] != "if-none-match")
        answer = self.site(Heard(heard.site, heard.method, heard.path, heard.time, headers))
        if answer.status != 200 or "html" not in answer.content_type:
            return answer
        changed = self.change(answer.body.decode(), heard.path)
        return changed if isinstance(changed, Answer) else Answer(200, changed.encode(), answer.content_type)


def rename(root: HtmlElement) -> None:
    for element in root.iter("*"):
        for name in ("class", "id"):
            words = (element.get(name) or "").split()
            if words:
                element.set(name, " ".join(f"x{sha256(word.encode()).hexdigest()[:7]}" for word in words))


def drop_names(root: HtmlElement) -> None:
    for element in root.iter("*"):
        element.attrib.pop("class", None)
        element.attrib.pop("id", None)


def unwrap(root: HtmlElement) -> None:
    for element in list(root.body.iter("div", "section", "article", "main", "header")):
        element.drop_tag()


def flatten(root: HtmlElement) -> None:
    for element in root.iter(
        "table", "tbody", "thead", "tr", "td", "th", "ul", "ol", "li", "article", "section", "h1", "h2"
    ):
        element.tag = "div"


def swap(root: HtmlElement) -> None:
    for element in list(root.body.iter("div", "section", "article", "main", "tr", "li", "body")):
        for child in list(element):
            element.insert(0, child)


def no_addresses(root: HtmlElement) -> None:
    for element in root.iter("a"):
        element.set("data-href", element.get("href", ""))
        element.set("href", "javascript:void(0)")


def no_times(root: HtmlElement) -> None:
    for element in list(root.iter("time")):
        element.drop_tree()


def no_content(root: HtmlElement) -> None:
    for element in list(root.body):
        root.body.remove(element)


def changed(*mutations: Callable[[HtmlElement], None]) -> Change:
    def change(text: str, path: str) -> str:
        root = html.document_fromstring(text)
        for mutate in mutations:
            mutate(root)
        return html.tostring(root, encoding="unicode", doctype="<!DOCTYPE html>")

    return change


def instead(body: str, status: int = 200, title: str = "", headers: tuple[tuple[str, str], ...] = ()) -> Change:
    page = f"<html><head><title>{title}</title></head><body>{body}</body></html>"
    return lambda text, path: Answer(status, page.encode(), "text/html; charset=utf-8", headers)


@dataclass
class Quay:
    """The practice forum, visited twice, and what a visit of it came to."""

    folder: Path
    base: Path
    site: Changing
    url: str
    new: tuple[str, ...]
    """The listings that stood there at neither visit, and stand there now."""

    def visit(self, change: Change | None, *codes: int) -> tuple[dict[str, object], set[str]]:
        """Visit a copy of the workspace; the site's health and the hits that are new."""
        shell = Shell(self.folder)
        shutil.rmtree(self.folder / "W", ignore_errors=True)
        shutil.copytree(self.base, self.folder / "W")
        before = {hit["url"] for hit in shell("hits", "--json", *AT).objects}
        self.site.change = change
        run = shell("crawl", *AT, code=None)
        self.site.change = None
        assert run.code in codes, run
        (health,) = shell("sites", "health", "--json", *AT).objects
        return health, {hit["url"] for hit in shell("hits", "--json", *AT).objects} - before


@pytest.fixture(scope="module")
def quay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Quay]:
    folder = tmp_path_factory.mktemp("quay")
    shell = Shell(folder)
    with PracticeSites() as sites:
        forum = Changing(sites._forum.answerer)
        sites._forum.answerer = forum
        shell("init", "W", *(word for wish in WISHES for word in ("--set", wish)))
        rows = [
            {"id": w.work_id, "title": w.title, "kind": w.kind, "year": w.year, "aliases": list(w.aliases)}
            for w in sites.works
        ]
        (folder / "works.json").write_text(json.dumps(rows))
        shell("works", "import", "works.json", *AT)
        shell("sites", "add", sites.forum_url, "--id", "quay", *AT)
        offers = [one for one in sites.expected if one.site == "lantern-quay" and "#" not in one.path]
        late = offers[:4]
        sites.hide([one.path for one in late])
        for _ in range(2):
            shell("crawl", *AT)
        sites.show([one.path for one in late])
        shutil.copytree(folder / "W", folder / "base")
        yield Quay(folder, folder / "base", forum, sites.forum_url, tuple(one.url for one in late))


def test_a_site_that_only_goes_on_is_ok(quay: Quay) -> None:
    health, new = quay.visit(None, 0)
    assert health["state"] == "ok" and health["needs_person"] is False
    assert new >= set(quay.new)
    canary = health["canary"]
    assert isinstance(canary, dict) and 0 < canary["held"] <= canary["asked"]


@pytest.mark.parametrize(
    "mutations",
    [(rename,), (drop_names,), (unwrap,), (flatten,), (swap,), (rename, flatten), (drop_names, unwrap, flatten), (no_addresses,), (no_content,)],
    ids=lambda mutations: "+".join(one.__name__ for one in mutations),
)  # fmt: skip
def test_a_changed_template_is_read_right_or_reported(
    quay: Quay, mutations: tuple[Callable[[HtmlElement], None], ...]
) -> None:
    health, new = quay.visit(changed(*mutations), 0, 3)
    assert health["state"] == "layout-changed" or (health["state"] == "ok" and new >= set(quay.new)), health["why"]


def test_a_field_that_every_listing_had_is_missed(quay: Quay) -> None:
    health, _ = quay.visit(changed(no_times), 3)
    assert health["state"] == "layout-changed"
    assert any("time" in why for why in health["why"])  # type: ignore[attr-defined]


FOR_SALE = "<h1>lantern-quay.example</h1><p>This domain is for sale</p>" + "".join(
    f'<a href="/?q={word}">{word}</a> ' for word in ("hotels", "cars", "loans", "films", "boats", "shoes", "books")
)


@pytest.mark.parametrize(
    ("state", "change"),
    [
        ("blocked", instead("<h1>Forbidden</h1>", 403, "403 Forbidden")),
        ("blocked", instead("<p>slow down</p>", 429, headers=(("Retry-After", "4000"),))),
        ("challenge", instead("<p>Checking your browser.</p>", 503, "Just a moment...")),
        ("challenge", instead("<p>请完成以下验证后继续访问</p>", 200, "安全验证")),
        ("login-wall", instead("<form><input name=u><input type=password name=p></form>", 200, "用户登录")),
        ("parked", instead(FOR_SALE, 200, "lantern-quay.example")),
        ("moved", lambda text, path: Answer(302, b"", "text/html", (("Location", "http://new-quay.example/"),))),
        ("moved", instead('<p>网站已搬迁，新地址：<a href="http://new-quay.example/">进入</a></p>')),
        ("down", instead("<h1>Bad gateway</h1>", 502)),
        ("down", lambda text, path: Answer(200, drop=True)),
    ],
    ids=[
        "403",
        "429",
        "browser-check",
        "human-check-zh",
        "login-zh",
        "for-sale",
        "redirect",
        "sign-zh",
        "502",
        "silent",
    ],
)
def test_what_stands_in_the_sites_place_is_told(quay: Quay, state: str, change: Change) -> None:
    health, new = quay.visit(change, 3)
    assert health["state"] == state, health["why"]
    assert health["needs_person"] and health["do"]
    assert not new


@pytest.mark.parametrize(
    "change",
    [
        instead("<h1>We will be back soon</h1><p>Our board is under maintenance.</p>"),
        instead("<h1>提示</h1><p>本站正在维护，请稍后再来。</p>", 200, "系统维护中"),
        instead("<h1>Thank you</h1><div class=post><div class=body>Our hamster is on holiday.</div></div>"),
        instead("<p>您需要先登录才能继续本操作</p>", 200, "提示信息"),
    ],
    ids=["maintenance", "maintenance-zh", "another-text", "login-zh"],
)
def test_a_listing_is_not_gone_because_its_site_shows_something_else(quay: Quay, change: Change) -> None:
    shell = Shell(quay.folder)
    due = "UPDATE pages SET next_due = '2020-01-01T00:00:00.000000Z' WHERE next_due IS NOT NULL"
    with closing(sqlite3.connect(quay.base / "titlewatch.db")) as database:
        database.execute(due)
        database.commit()
    quay.visit(change, 3)
    states = {hit["state"] for hit in shell("hits", "--json", *AT).objects}
    assert states == {"up"}
    (told,) = shell("digest", "--json", *AT).objects
    assert (told["gone"], len(told["needs_person"])) == ([], 1)
    with closing(sqlite3.connect(quay.folder / "W" / "titlewatch.db")) as database:
        asked = database.execute("SELECT count(*) FROM listings WHERE text LIKE '%hamster%' OR text LIKE '%maint%'")
        assert asked.fetchone() == (0,)


def test_a_wall_that_goes_away_leaves_nothing_unread(quay: Quay) -> None:
    shell = Shell(quay.folder)
    quay.visit(instead("<p>Checking your browser.</p>", 503, "Just a moment..."), 3)
    shell("crawl", *AT)
    (health,) = shell("sites", "health", "--json", *AT).objects
    assert (health["state"], health["needs_person"]) == ("ok", False)
    assert set(quay.new) <= {hit["url"] for hit in shell("hits", "--json", *AT).objects}


def test_a_person_takes_a_site_as_it_is(quay: Quay) -> None:
    shell = Shell(quay.folder)
    quay.visit(changed(no_times), 3)
    shell("sites", "health", "quay", "--accept", *AT)
    (health,) = shell("sites", "health", "--json", *AT).objects
    assert health["accepted_by"] and not health["needs_person"]
    quay.site.change = changed(no_times)
    shell("crawl", *AT)
    quay.site.change = None
    (health,) = shell("sites", "health", "--json", *AT).objects
    assert health["state"] == "ok"
    assert shell("verify", "W").code == 0


def test_a_first_visit_without_a_row_needs_a_person(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    shell("init", "W", *(word for wish in WISHES for word in ("--set", wish)))

    def bare(heard: Heard) -> Answer:
        found = heard.path != "/robots.txt"
        return Answer(200 if found else 404, b"<html><body><p>Hello.</p></body></html>", "text/html")

    def shut(heard: Heard) -> Answer:
        return Answer(200, b"User-agent: *\nDisallow: /\n", "text/plain")

    with LoopbackServer("bare", bare, None) as one, LoopbackServer("shut", shut, None) as other:
        shell("sites", "add", one.url, "--id", "bare", *AT)
        shell("sites", "add", other.url, "--id", "shut", *AT)
        run = shell("crawl", *AT, code=3)
        states = {line["site"]: line["state"] for line in shell("sites", "health", "--json", *AT).objects}
    assert states == {"bare": "empty", "shut": "robots-forbidden"}
    # The summary begins with what needs a person.
    assert run.out.startswith("Sites that need a person: 2")
    assert "无内容" in shell("sites", "health", *AT, env={"LANG": "zh_CN.UTF-8"}).out


def test_a_list_that_is_lost_for_some_visits_is_found_again_by_itself(quay: Quay) -> None:
    shell = Shell(quay.folder)

    def without(text: str, path: str) -> str | Answer:
        is_lost = path.partition("?")[0] == "/board/reading-desk"
        return Answer(404, b"<p>No such board.</p>", "text/html") if is_lost else text

    health, _ = quay.visit(without, 3)
    for _ in range(2):
        assert health["state"] == "layout-changed" and health["needs_person"], health
        health, _ = again(quay, without, 3)
    health, _ = again(quay, None, 0)
    assert (health["state"], health["needs_person"]) == ("ok", False), health
    assert set(quay.new) <= {hit["url"] for hit in shell("hits", "--json", *AT).objects}


def again(quay: Quay, change: Change | None, *codes: int) -> tuple[dict[str, object], set[str]]:
    """Visit the workspace as the last visit left it."""
    shutil.rmtree(quay.folder / "kept", ignore_errors=True)
    shutil.copytree(quay.folder / "W", quay.folder / "kept")
    base, quay.base = quay.base, quay.folder / "kept"
    try:
        return quay.visit(change, *codes)
    finally:
        quay.base = base
