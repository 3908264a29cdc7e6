"""rules: what decisions say of them, suspending one, and scales fitted on decisions."""

import json
import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from crawler import clock
from crawler.matching.scales import load, shipped
from crawler.model import Listing, Match, Passage, Reason, Site, Target, Work
from crawler.practice.sites import PracticeSites
from crawler.store import Store, listings, sites, works
from tests.cli.test_hits import ledger
from tests.cli.titlewatch import Shell

AT = ("--workspace", "W")
SEEN = datetime(2026, 3, 1, 8, tzinfo=UTC)
KELP = Work("kelp", "The Kelp Cartographers", "film", 2021)
OFFERED, CHATTED = "The Kelp Cartographers 2021 1080p", "The Kelp Cartographers, and what we made of it"

MAGNET = f"magnet:?xt=urn:btih:{'3f' * 20}"


def seed(workspace: Path, right: int, wrong: int, rules: Sequence[tuple[str, float]] = (("player", 2.2),)) -> list[str]:
    """Hits of one work: first those that will prove right, with a link, then the wrong ones, in which `rules` spoke."""
    store = Store.open(workspace / "titlewatch.db")
    works.save(store, [KELP])
    sites.add(store, Site("forum", "http://forum.example/", ("forum.example:80",)), "test")
    made = []
    for number in range(right + wrong):
        target = Target("cloud_drive", f"https://pan.example/s/K{number}", None, f"https://pan.example/s/K{number}")
        offered = number < right
        listing = Listing(
            f"http://forum.example/t/{number}", "http://forum.example/t", OFFERED if offered else CHATTED,
            Passage("download: see the link" if offered else "a long talk, stream of words"),
            (target,) if offered or number % 4 == 0 else (), SEEN,
        )  # fmt: skip
        spoke = (("title-title", 2.2), ("target", 2.2)) if offered else (("title-title", 2.2), *rules)
        reasons = tuple(Reason(rule, weight, "So it is.", "title", None) for rule, weight in spoke)
        hit_id = clock.new_id()
        with store.transaction() as connection:
            listing_id = listings.write_listing(connection, "forum", listing, "Topics", SEEN, "exchange")
            match = Match("kelp", 0.9, reasons, ((0, 22),), "1")
            listings.write_hit(connection, hit_id, listing_id, listing.url, match, SEEN)
        made.append(hit_id)
    store.close()
    return made


def record(shell: Shell, rule: str) -> dict[str, object]:
    (found,) = [one for one in shell("rules", "--json", *AT).objects if one["rule"] == rule]
    return found


def test_every_rule_is_listed_in_both_languages(shell: Shell, workspace: Path) -> None:
    found = shell("rules", "list", "--json", *AT).objects
    assert {"title-title", "target", "year-contradicts", "review"} <= {one["rule"] for one in found}
    assert all(one["says"]["en"] and one["says"]["zh"] and "{" not in one["says"]["en"] for one in found)
    assert {one["state"] for one in found} == {"few"}
    assert all(one["hits"] == 0 and one["precision"] is None and one["scale"] > 0 for one in found)
    table = shell("rules", "--all", *AT, env={"TITLEWATCH_LANG": "zh"}).out
    assert "year-contradicts" in table and "认定过少" in table
    assert len(shell("rules", "list", "--all", *AT).out.split("\n\n")[0].splitlines()) == 1 + len(found)


def test_the_list_shows_what_decisions_tell(shell: Shell, workspace: Path) -> None:
    made = seed(workspace, 2, 1)
    every = len(shell("rules", "--json", *AT).objects)
    nothing = shell("rules", *AT)
    assert nothing.out == "" and f"in no decided hit: {every}; all with: titlewatch rules list --all" in nothing.err
    shell("decide", made[0], "--verdict", "infringing", "--by", "Li Si", *AT)
    shell("rules", "suspend", "review", "--by", "Li Si", "--note", "x", *AT)
    for words in (("rules",), ("rules", "list")):
        run = shell(*words, *AT)
        shown = [line.split()[0] for line in run.out.split("\n\n")[0].splitlines()[1:]]
        assert shown == ["review", "title-title", "target"]
        assert f"in no decided hit: {every - 3};" in run.err
    assert "year-contradicts" not in run.out


def test_decisions_tell_rules_apart(shell: Shell, workspace: Path) -> None:
    made = seed(workspace, 30, 25)
    shell("decide", *made[:29], "--verdict", "infringing", "--by", "Li Si", *AT)
    shell("decide", made[29], "--verdict", "unclear", "--by", "Li Si", *AT)
    for verdict, hits in (
        ("review_news", made[30:36]), ("licensed", made[36:42]), ("not_infringing", made[42:48]),
        ("same_title_other_work", made[48:50]),
    ):  # fmt: skip
        shell("decide", *hits, "--verdict", verdict, "--by", "Li Si", *AT)
    target, player, title = (record(shell, rule) for rule in ("target", "player", "title-title"))
    assert (target["hits"], target["right"], target["wrong"], target["precision"]) == (30, 29, 0, 1.0)
    assert (target["state"], target["speaks"]) == ("ok", "for")
    assert (player["hits"], player["right"], player["wrong"], player["state"]) == (25, 0, 20, "flagged")
    assert (title["right"], title["wrong"], title["state"]) == (29, 20, "flagged")
    assert title["interval"] == [0.4525, 0.7178]
    shell("config", "matching.rule_precision=0.7", *AT)
    assert record(shell, "title-title")["state"] == "ok"
    assert record(shell, "player")["state"] == "flagged"


def test_few_decisions_and_rules_against_are_not_flagged(shell: Shell, workspace: Path) -> None:
    made = seed(workspace, 0, 21, (("player", 2.2), ("review", -1.0)))
    shell("decide", *made[:19], "--verdict", "review_news", "--by", "Li Si", *AT)
    assert record(shell, "player")["state"] == "few"
    shell("decide", made[19], "--verdict", "review_news", "--by", "Li Si", *AT)
    assert record(shell, "player")["state"] == "flagged"
    against = record(shell, "review")
    assert (against["state"], against["speaks"], against["right"], against["wrong"]) == ("ok", "against", 20, 0)
    first = shell("rules", "--json", *AT).objects[0]
    assert first["state"] == "flagged"


def test_suspending_a_rule_and_letting_it_count_again(shell: Shell, workspace: Path) -> None:
    case = json.dumps({"id": 1, "text": f"{OFFERED}\n{MAGNET}", "watchlist": [{"id": "k", "title": KELP.title}]})
    (before,) = shell("match", "--json", *AT, stdin=case).objects
    note = "links of a shop"
    said = shell("rules", "suspend", "target", "--by", " Li  Si ", "--note", note, *AT).out
    assert "Rule target counts nothing from the next run on, says Li Si" in said
    (entry,) = ledger(workspace, "suspension")
    assert (entry["rule"], entry["decided_by"]) == ("target", "Li Si")
    assert entry["system_user"] and entry["system_host"] and entry["note_sha256"]
    assert note not in json.dumps(ledger(workspace, "suspension"))
    assert entry["rules_version"] == shipped().without({"target"}).version != shipped().version
    state = record(shell, "target")
    assert (state["state"], state["suspended_by"], state["note"]) == ("suspended", "Li Si", note)
    (after,) = shell("match", "--json", *AT, stdin=case).objects
    assert after["score"] < before["score"]
    weights = {reason["rule"]: reason["weight"] for reason in after["reasons"]}
    assert weights["target"] == 0
    assert weights.keys() == {reason["rule"] for reason in before["reasons"]}
    assert "rule target was suspended by Li Si" in shell("ledger", *AT).out

    assert "suspended already" in shell("rules", "suspend", "target", "--by", "A", "--note", "b", *AT, code=2).error
    shell("rules", "resume", "target", "--by", "Wang Wu", *AT)
    assert ledger(workspace, "resumption")[0]["rules_version"] == shipped().version
    assert shell("match", "--json", *AT, stdin=case).objects == [before]
    assert record(shell, "target")["state"] == "few"
    assert "not suspended" in shell("rules", "resume", "target", "--by", "A", *AT, code=2).error
    assert shell("verify", "W").code == 0


def test_refused_acts_leave_nothing(shell: Shell, workspace: Path) -> None:
    for words, said in (
        (["suspend", "no-such", "--by", "A", "--note", "b"], "no such rule; no-such"),
        (["suspend", "target", "--by", " ", "--note", "b"], "nobody decided"),
        (["suspend", "target", "--by", "A", "--note", " "], "no reason given"),
        (["resume", "no-such", "--by", "A"], "not suspended"),
    ):
        assert said in shell("rules", *words, *AT, code=2).error
    assert ledger(workspace, "suspension") == []
    with sqlite3.connect(workspace / "titlewatch.db") as connection:
        assert connection.execute("SELECT count(*) FROM rule_acts").fetchone() == (0,)


def test_scales_fitted_on_decisions(shell: Shell, workspace: Path) -> None:
    made = seed(workspace, 30, 24)
    assert "too few judged texts" in shell("rules", "fit", "--out", "s.toml", *AT, code=2).error
    shell("decide", *made[:30], "--verdict", "infringing", "--by", "Li Si", *AT)
    shell("decide", *made[30:], "--verdict", "review_news", "--by", "Li Si", *AT)
    assert "on 54 decided hits" in shell("rules", "fit", "--out", "W/s.toml", *AT).out
    fitted = load(workspace / "s.toml")
    assert fitted.fitted["texts"] == 54
    assert fitted.version != shipped().version
    shell("config", "matching.scales=s.toml", *AT)
    scales = {one["rule"]: one["scale"] for one in shell("rules", "--json", *AT).objects}
    assert all(scales[rule] == factor for rule, factor in fitted.factors.items() if rule in scales)


def test_a_file_that_is_no_scales_is_refused(shell: Shell, workspace: Path) -> None:
    (workspace / "s.toml").write_text("bias = -3\n[scales]\ntarget = 9\n")
    assert "9 is no number from 0.25 to 3" in shell("config", "matching.scales=s.toml", *AT, code=2).error
    assert "cannot be read" in shell("config", "matching.scales=none.toml", *AT, code=2).error
    assert shell("config", "matching.scales", *AT).out.strip().endswith('""')


def test_a_run_weighs_as_the_workspace_says_and_says_so(shell: Shell, workspace: Path) -> None:
    with PracticeSites() as practice:
        rows = [{"id": w.work_id, "title": w.title, "kind": w.kind, "year": w.year} for w in practice.works]
        (shell.folder / "works.json").write_text(json.dumps(rows))
        shell("works", "import", "works.json", *AT)
        shell("config", "browser.capture=false", "browser.render=false", "matching.threshold=0.01", *AT)
        shell("sites", "add", practice.blog_url, "--id", "blog", *AT)
        shell("rules", "suspend", "target", "--by", "Li Si", "--note", "to see what is left", *AT)
        crawled = shell("crawl", *AT)
    assert "rules suspended, which count nothing: target" in crawled.err
    version = shipped().without({"target"}).version
    spoken = [reason for hit in shell("hits", "--json", *AT).objects for reason in hit["reasons"]]
    assert {reason["weight"] for reason in spoken if reason["rule"] == "target"} == {0.0}
    assert any(reason["weight"] for reason in spoken)
    with sqlite3.connect(workspace / "titlewatch.db") as connection:
        assert set(connection.execute("SELECT DISTINCT rules_version FROM hits")) == {(version,)}
    assert ledger(workspace, "run-start")[0]["tool"]["rules_version"] == version
    assert "Suspended, counts nothing" in shell("hits", *AT).out
    assert "规则已停用" in shell("hits", *AT, env={"TITLEWATCH_LANG": "zh"}).out
    first = shell("hits", "--json", *AT).objects[0]["hit_id"]
    shell("decide", first, "--verdict", "infringing", "--by", "Li Si", *AT)
    case = shell("cases", "new", "One hit", "--json", *AT).objects[0]["case_id"]
    shell("cases", "add", case, first, *AT)
    bundle = shell("export", case, "--json", *AT).objects[0]["bundle"]
    assert shell("verify", bundle).code == 0


def test_flagged_rules_are_named_after_a_run(shell: Shell, workspace: Path) -> None:
    made = seed(workspace, 0, 20)
    shell("decide", *made, "--verdict", "not_infringing", "--by", "Li Si", *AT)
    with PracticeSites() as practice:
        shell("sites", "add", practice.blog_url, "--id", "blog", *AT)
        shell("config", "browser.capture=false", "browser.render=false", *AT)
        said = shell("crawl", "blog", *AT).err
    assert "these rules wrong too often: player, title-title" in said
    assert record(shell, "player")["state"] == "flagged", "nothing suspends a rule but a person"


def test_a_database_made_anew_knows_what_is_suspended(shell: Shell, workspace: Path) -> None:
    for rule in ("target", "player"):
        shell("rules", "suspend", rule, "--by", "Li Si", "--note", "why", *AT)
    shell("rules", "resume", "player", "--by", "Li Si", *AT)
    for path in workspace.glob("titlewatch.db*"):
        path.unlink()
    shell("evidence", "rebuild", *AT)
    found = {one["rule"]: one for one in shell("rules", "--json", *AT).objects if one["state"] == "suspended"}
    assert found.keys() == {"target"}
    assert (found["target"]["suspended_by"], found["target"]["note"]) == ("Li Si", "")
