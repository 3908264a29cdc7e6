"""Hits without a picture say why: to who lists them, in the ledger, and in the bundle."""

import json
from pathlib import Path

import pytest

from crawler.practice.sites import PracticeSites
from tests.cli.titlewatch import Shell

AT = ("--workspace", "W")


@pytest.mark.parametrize(
    ("setting", "reason"),
    [("browser.capture=false", "disabled"), ("browser.executable=/nowhere/chromium", "no-browser")],
)
def test_why_there_is_no_picture_is_recorded(shell: Shell, workspace: Path, setting: str, reason: str) -> None:
    with PracticeSites() as sites:
        (shell.folder / "works.json").write_text(
            json.dumps([{"id": w.work_id, "title": w.title, "aliases": list(w.aliases)} for w in sites.works])
        )
        shell("works", "import", "works.json", *AT)
        shell("config", setting, "browser.render=false", *AT)
        shell("sites", "add", sites.blog_url, "--id", "blog", *AT)
        shell("crawl", "--json", *AT)
    hits = shell("hits", "--json", *AT).objects
    assert hits
    assert {hit["picture_missing"]["reason"] for hit in hits} == {reason}
    ledger = (shell.folder / "W" / "evidence" / "ledger.jsonl").read_text(encoding="utf-8").splitlines()
    entered = {e["exhibit"]: e["picture_missing"] for e in map(json.loads, ledger) if e["type"] == "exhibit"}
    assert {hit["exhibit"]: hit["picture_missing"] for hit in hits}.items() <= entered.items()
    hit = hits[0]
    shell("decide", hit["hit_id"], "--verdict", "infringing", "--by", "Li Si", *AT)
    (case,) = shell("cases", "new", "One offer", "--json", *AT).objects
    shell("cases", "add", case["case_id"], hit["hit_id"], *AT)
    (made,) = shell("export", case["case_id"], "--json", *AT).objects
    capture = json.loads((Path(made["bundle"]) / "data" / "captures" / hit["exhibit"] / "capture.json").read_bytes())
    assert capture["picture_missing"] == hit["picture_missing"]
    assert shell("verify", made["bundle"]).code == 0
