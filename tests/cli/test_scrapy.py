"""In a checkout, the ways of people who know Scrapy stay open."""

import json
import subprocess
import sys
from pathlib import Path

from crawler.practice.sites import PracticeSites
from tests.cli.titlewatch import Shell, environment

ROOT = Path(__file__).parents[2]


def scrapy(*words: str) -> subprocess.CompletedProcess[str]:
    """Run `scrapy WORDS...` in the checkout."""
    command = [str(Path(sys.executable).with_name("scrapy")), *words]
    return subprocess.run(
        command, cwd=ROOT, env=environment(), capture_output=True, text=True, timeout=120, check=False
    )


def test_scrapy_list_names_the_one_spider() -> None:
    assert scrapy("list").stdout.split() == ["site"]


def test_scrapy_crawl_makes_a_whole_run(shell: Shell, workspace: Path) -> None:
    shell("config", "browser.capture=false", "--workspace", "W")
    with PracticeSites() as sites:
        (shell.folder / "works.json").write_text(json.dumps([{"id": w.work_id, "title": w.title} for w in sites.works]))
        shell("works", "import", "works.json", "--workspace", "W")
        shell("sites", "add", sites.blog_url, "--id", "blog", "--workspace", "W")
        done = scrapy("crawl", "site", "-a", "site=blog", "-a", f"workspace={workspace}")
    assert done.returncode == 0 and "blog: " in done.stderr, done.stderr
    assert shell("hits", "--json", "--workspace", "W").objects
    assert shell("verify", "W").code == 0


def test_scrapy_crawl_of_an_unknown_site_leaves_no_lock(shell: Shell, workspace: Path) -> None:
    assert "no such site" in scrapy("crawl", "site", "-a", "site=none", "-a", f"workspace={workspace}").stderr
    shell("sites", "add", "http://127.0.0.1:9/", "--id", "down", "--workspace", "W")
    assert shell("crawl", "--workspace", "W", code=3).code == 3


def test_scrapy_shell_works_behind_the_guard() -> None:
    done = scrapy("shell", "http://127.0.0.1:9/", "-c", "'alive'")
    assert "AddressRefused" in done.stderr and "titlewatch'" not in done.stderr
