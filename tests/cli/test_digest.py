"""The digest of a night, the figures and the log; the candidates for sites."""

import email
import email.policy
import json
import re
import shutil
import sqlite3
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest

from crawler.desk.digest.gathering import SECTIONS, Digest
from crawler.desk.digest.sheet import sheet
from crawler.desk.digest.telling import printable
from crawler.practice.sites import PracticeSites
from tests.cli.titlewatch import Shell

AT = ("--workspace", "W")


class Outline(HTMLParser):
    """What a screen reader would go by, and what a page would load."""

    def __init__(self) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.links: list[str] = []
        self.languages: list[str] = []
        self.tables = self.headed = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag in ("script", "img", "iframe", "link", "object", "source", "form"):
            self.loads.append(tag)
        if tag == "a":
            self.links.append(values.get("href") or "")
        if tag == "section":
            self.languages.append(values.get("lang") or "")
        self.tables += tag == "table"
        self.headed += tag == "th" and values.get("scope") == "col"


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> tuple[Shell, list[str]]:
    """A workspace after two nights: the second finds one hit new, one gone, and the blog behind a challenge."""
    shell = Shell(tmp_path_factory.mktemp("nights"))
    wishes = ("network.allow_private=true", "crawl.delay=0", "browser.capture=false", "browser.render=false", "collector.contact=desk@office.example")  # fmt: skip
    shell("init", "W", *(word for wish in wishes for word in ("--set", wish)))
    with PracticeSites() as sites:
        rows = [
            {"id": w.work_id, "title": w.title, "kind": w.kind, "year": w.year, "aliases": list(w.aliases)}
            for w in sites.works
        ]
        (shell.folder / "works.json").write_text(json.dumps(rows))
        shell("works", "import", "works.json", *AT)
        shell("sites", "add", sites.forum_url, "--id", "forum", *AT)
        shell("sites", "add", sites.blog_url, "--id", "blog", *AT)
        offers = [one for one in sites.expected if one.site == "lantern-quay" and "#" not in one.path]
        gone = next(one for one in offers if one.path.startswith("/thread/118-"))
        sites.hide([offers[0].path])
        extra = ("--prometheus", "night.prom", "--log", "night.jsonl")
        shell("nightly", *extra, *AT)
        shell("decide", *[hit["hit_id"] for hit in shell("hits", "--json", *AT).objects if hit["url"] == gone.url], "--verdict", "infringing", "--by", "Li Si", *AT)  # fmt: skip
        sites.show([offers[0].path])
        sites.hide([gone.path])
        blog = sites._blog
        page = b"<html><title>Just a moment...</title><body>Checking your browser.</body></html>"
        blog.answerer = lambda heard: type(sites._forum.answerer(heard))(403, page, "text/html")
        import sqlite3

        with sqlite3.connect(shell.folder / "W" / "titlewatch.db") as database:
            database.execute(
                "UPDATE visits SET started_at = '2025-01-01T00:00:00Z', finished_at = '2025-01-01T00:00:00Z'"
            )
        shell("config", "nightly.digest=digests", *AT)
        run = shell("nightly", *extra, *AT, code=3)
    return shell, [run.out, offers[0].url, gone.url]


def test_the_night_begins_with_what_needs_a_person(nights: tuple[Shell, list[str]]) -> None:
    _, (out, new, gone) = nights
    lines = out.splitlines()
    assert lines[3] == "Needs a person: 1"
    assert (
        lines[4].startswith("blog: challenge since 20")
        and ": it answers with a challenge (Just a moment...)" in lines[4]
    )
    assert any(line.startswith("new: forum") and new in line for line in lines)
    assert any(line.startswith("gone: forum") and gone in line and "404" in line for line in lines)


def test_the_digest_is_said_in_both_languages(nights: tuple[Shell, list[str]]) -> None:
    shell, (_, new, gone) = nights
    told = shell("digest", *AT, env={"LANG": "zh_CN.UTF-8"}).out
    assert "需要人工处理：1" in told and "新命中（疑似，尚未认定）：1" in told and "已消失：" in told
    (facts,) = shell("digest", "--json", *AT).objects
    assert [one["url"] for one in facts["new"]] == [new]
    assert gone in [one["url"] for one in facts["gone"]]
    assert [(one["site"], one["state"]) for one in facts["needs_person"]] == [("blog", "challenge")]
    assert facts["due"] >= 1 and all(one["url"] != new for one in facts["due_oldest"])
    (week,) = shell("digest", "--since", "7d", "--json", *AT).objects
    assert len(week["new"]) > 5
    assert "not a time" in shell("digest", "--since", "lately", *AT, code=2).error


def test_the_page_stands_alone_and_leads_nowhere(nights: tuple[Shell, list[str]]) -> None:
    shell, (_, new, _) = nights
    (page,) = (shell.folder / "W" / "digests").glob("*.html")
    text = page.read_text(encoding="utf-8")
    outline = Outline()
    outline.feed(text)
    assert outline.languages == ["en", "zh-Hans"] and not outline.loads
    assert outline.links == ["#en", "#zh-Hans"]
    assert outline.headed > outline.tables > 0
    assert new in text and "Needs a person" in text and "需要人工处理" in text
    assert not re.search(r"(?:src|href|url\()\s*=?\s*[\"']?https?:", text)


def test_the_mail_is_a_draft_of_both_languages(nights: tuple[Shell, list[str]]) -> None:
    shell, (_, new, _) = nights
    (path,) = (shell.folder / "W" / "digests").glob("*.eml")
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    assert "1 needs a person" in message["Subject"] and "需人工处理 1" in message["Subject"]
    assert str(message["From"]) == "desk@office.example" and message["X-Unsent"] == "1"
    plain, page = message.iter_parts()
    assert (plain.get_content_type(), page.get_content_type()) == ("text/plain", "text/html")
    assert new in plain.get_content() and "新命中" in plain.get_content() and new in page.get_content()


def test_the_figures_are_what_node_exporter_reads(nights: tuple[Shell, list[str]]) -> None:
    shell, _ = nights
    lines = (shell.folder / "night.prom").read_text().splitlines()
    families: dict[str, int] = {}
    for line in lines:
        if line.startswith("#"):
            kind, name = line.split()[1:3]
            families[f"{kind} {name}"] = families.get(f"{kind} {name}", 0) + 1
        else:
            assert re.fullmatch(r'[a-z_]+(?:\{[a-z_]+="[^"\n]*"(?:,[a-z_]+="[^"\n]*")*\})? -?\d+(?:\.\d+)?', line), line
            assert f"TYPE {line.split('{')[0].split()[0]}" in families
    assert set(families.values()) == {1}
    assert 'titlewatch_site_state{site="blog",state="challenge"} 1' in lines
    assert 'titlewatch_site_state{site="blog",state="ok"} 0' in lines
    assert 'titlewatch_site_needs_person{site="forum"} 0' in lines
    assert 'titlewatch_visit_new_hits{site="forum"} 1' in lines
    assert not [path for path in shell.folder.iterdir() if path.name.endswith(".part")]


def test_the_log_tells_of_each_visit(nights: tuple[Shell, list[str]]) -> None:
    shell, _ = nights
    told = [json.loads(line) for line in (shell.folder / "night.jsonl").read_text().splitlines()]
    assert [one["event"] for one in told] == ["run-begin", "visit", "visit", "run-end"] * 2
    assert {(one["site"], one["health"]) for one in told[4:] if one["event"] == "visit"} == {
        ("forum", "ok"),
        ("blog", "challenge"),
    }
    assert told[-1]["failed"] == ["blog"] and told[-1]["unstamped"] is True


def test_what_listings_point_to_is_proposed(nights: tuple[Shell, list[str]]) -> None:
    shell, _ = nights
    found = shell("sites", "candidates", "--json", *AT).objects
    assert found and all(one["kind"] == "host" and one["why"] and one["listings"] >= 3 for one in found)
    own = {site["url"].split("/")[2] for site in shell("sites", "list", "--json", *AT).objects}
    assert not own & {one["host"] for one in found}
    assert "候选" in shell("sites", "candidates", *AT, env={"LANG": "zh_CN.UTF-8"}).out or found


def test_a_place_that_cannot_be_written_is_said(nights: tuple[Shell, list[str]], tmp_path: Path) -> None:
    shell, _ = nights
    (tmp_path / "file").write_text("")
    assert "cannot be written" in shell("digest", "--out", tmp_path / "file" / "x", *AT, code=None).err


def test_a_night_with_nothing_due_and_a_folder_that_cannot_be_written(
    nights: tuple[Shell, list[str]], tmp_path: Path
) -> None:
    shell, _ = nights
    shutil.copytree(shell.folder / "W", tmp_path / "W")
    quiet = Shell(tmp_path)
    with sqlite3.connect(tmp_path / "W" / "titlewatch.db") as database:
        database.execute("UPDATE pages SET next_due = '2999-01-01T00:00:00Z', not_before = NULL, state = 'done'")
    quiet("nightly", "--log", "a.jsonl", "--prometheus", "a.prom", *AT)
    told = [json.loads(line) for line in (tmp_path / "a.jsonl").read_text().splitlines()]
    assert [(one["event"], one.get("run", "-")) for one in told] == [("run-begin", "-"), ("run-end", None)]
    figures = dict(line.rsplit(" ", 1) for line in (tmp_path / "a.prom").read_text().splitlines() if line[0] != "#")
    assert float(figures["titlewatch_run_end_timestamp_seconds"]) < float(
        figures["titlewatch_figures_timestamp_seconds"]
    )
    assert float(figures['titlewatch_site_last_judged_timestamp_seconds{site="forum"}']) > 0
    with sqlite3.connect(tmp_path / "W" / "titlewatch.db") as database:
        database.execute("UPDATE visits SET started_at = '2025-01-01T00:00:00Z', finished_at = '2025-01-01T00:00:00Z'")
    (tmp_path / "file").write_text("")
    run = quiet(
        "nightly", "--digest", tmp_path / "file" / "x", "--log", "b.jsonl", "--prometheus", "b.prom", *AT, code=None
    )
    assert run.code not in (0, 3) and "cannot be written" in run.err and "Needs a person" in run.out
    assert (tmp_path / "b.prom").exists()
    assert json.loads((tmp_path / "b.jsonl").read_text().splitlines()[-1])["event"] == "run-end"


def test_what_is_due_from_earlier_is_counted_without_tonights(nights: tuple[Shell, list[str]]) -> None:
    shell, _ = nights
    (told,) = shell("digest", "--since", "24h", "--json", *AT).objects
    assert told["due"] and told["due"] == len([one for one in told["new"] if one["status"] == "new"])
    assert "Due for decision" not in shell("digest", "--since", "24h", *AT).out


def test_no_control_and_no_mark_of_direction_reaches_the_page() -> None:
    assert printable("a\x1b[31m\u202egnp 《河》") == "a\ufffd[31m\ufffdgnp 《河》"
    moment = datetime(2026, 3, 1, tzinfo=UTC)
    hit = {"site": "q", "title": "\x1b[31m\u202e<b>", "url": "http://q.example/", "work": "W", "at": "2026-03-01"}
    said = {"by": "words", "words": "\x1b[31m\u202egone"}
    link = {**hit, "target": "http://box.example/\u202e", "state": "dead", "before": None, "said": said, "listings": 2}
    hits = dict.fromkeys(SECTIONS, (hit,))
    found = Digest(moment, moment, "\u202eOrg", (), (), hits, (link,), 1, 1, (hit,), False)
    page = sheet(found)
    assert "\x1b" not in page and "\u202e" not in page and "\ufffd&lt;b&gt;" in page
