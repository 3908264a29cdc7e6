"""Two cases from one run, one segment and the same pages: the bundle of one shows nothing that was written about the other."""

import json
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from crawler.evidence.http_message import decoded_entity
from crawler.evidence.warc_read import iterate
from crawler.practice.sites import PracticeSites
from crawler.store import Store, works
from crawler.workspace import Workspace
from tests.cli.titlewatch import Shell

OURS, THEIRS = "salt-lantern", ("small-weather", "ninth-letter")
PAGES = "a page's own bytes"
"""Where words of another case may stand: a list or a thread that showed both offers."""


@dataclass
class Two:
    """A bundle of one case, and what must not be in it."""

    bundle: Path
    secrets: dict[str, list[str]]
    """What titlewatch itself knows of the other case, or of nobody's case."""
    shown: list[str]
    """What pages may show: titles and addresses of the other offers."""


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Two:
    shell = Shell(tmp_path_factory.mktemp("two"))
    folder = shell.folder / "W"
    settings = ("crawl.delay=0", "network.allow_private=true", "browser.capture=false", "collector.name=Lin Example")
    shell("init", "W", *(word for setting in settings for word in ("--set", setting)))
    at = ("--workspace", "W")
    with PracticeSites() as sites:
        store = Store.open(Workspace(folder).database)
        works.save(store, sites.works)
        titles = {work.work_id: [work.title, *work.aliases] for work in sites.works}
        store.close()
        shell("sites", "add", sites.forum_url, "--id", "practice-forum", *at)
        shell("sites", "add", sites.blog_url, "--id", "practice-blog", *at)
        (run, *_) = shell("crawl", "--json", *at).objects
    hits = shell("hits", "--json", *at).objects
    ours = [hit["hit_id"] for hit in hits if hit["work_id"] == OURS]
    other = [hit for hit in hits if hit["work_id"] in THEIRS]
    theirs = [hit["hit_id"] for hit in other]
    assert ours
    assert theirs
    second = shell("cases", "new", "Case BRAVO", *at).out.strip()
    first = shell("cases", "new", "Case ALPHA", *at).out.strip()
    shell("cases", "add", second, *theirs, *at)
    shell("decide", *theirs, "--verdict", "infringing", "--by", "Bianca Bravo", "--note", "a note of bravo", *at)
    power = ("authorisations", "add", "--territory", "US", "--from", "2026-01-01", "--to", "2036-01-01", *at)
    shell(*power, "--rightsholder", "Bravo Rights", "--reference", "POA-BRAVO", "--works", "small-weather")
    shell(*power, "--rightsholder", "Alpha Rights", "--reference", "POA-ALPHA", "--works", OURS)
    # The other case's export comes before our last entry, so that our tree holds its head.
    (sent,) = shell("export", second, "--json", *at).objects
    shell("cases", "add", first, *ours, *at)
    shell("decide", *ours, "--verdict", "infringing", "--by", "Anna Alpha", "--note", "a note of alpha", *at)
    (made,) = shell("export", first, "--json", *at).objects
    # A hit that shares our page or exchange is still another's.
    ids = [*theirs, *(str(hit["exhibit"]) for hit in other)]
    decided = [body for body in map(json.loads, (folder / "evidence/ledger.jsonl").read_text().splitlines()) if body["type"] == "decision" and body["hit"] in theirs]  # fmt: skip
    return Two(
        bundle=Path(made["bundle"]),
        secrets={
            "ids": [*ids, *(body["decision"] for body in decided), second, Path(sent["bundle"]).name],
            "people and notes": [
                "Bianca",
                "BRAVO",
                "Bravo Rights",
                "a note of",
                "POA-BRAVO",
                "POA-ALPHA",
                "Alpha Rights",
            ],
            "the machine": [str(shell.folder)],
            "counts of the run": [
                json.dumps({name: run[name]})[1:-1] for name in ("listings", "hits", "new_hits", "pages")
            ],
        },
        shown=[
            *THEIRS,
            *(work for work in titles if work not in (OURS, *THEIRS)),
            *(title for work, names in titles.items() if work != OURS for title in names if len(title) > 3),
            *(hit["url"].split("/", 3)[3] for hit in other),
        ],
    )


def contents(bundle: Path) -> Iterator[tuple[str, str, bytes]]:
    """Name, kind and content of every file and of every part of it; a page's own bytes are of the kind `PAGES`."""
    for path in sorted(bundle.rglob("*")):
        name = path.relative_to(bundle).as_posix()
        if not path.is_file():
            continue
        if name.endswith(".warc.gz"):
            for member, record in iterate(path):
                yield f"{name}@{member.offset}", "record", repr(record.fields).encode()
                if record.record_type == "response":
                    yield f"{name}@{member.offset}", PAGES, record.block + decoded_entity(record.block).body
                else:
                    yield f"{name}@{member.offset}", "record", record.block
        elif name.endswith(".wacz"):
            with zipfile.ZipFile(path) as archive:
                for entry in archive.namelist():
                    if not entry.endswith(".warc.gz"):
                        yield f"{name}: {entry}", "file", archive.read(entry)
        elif name.endswith(".pdf"):
            if tool := shutil.which("pdftotext"):
                yield name, "file", subprocess.run([tool, str(path), "-"], capture_output=True, check=True).stdout
        else:
            yield name, PAGES if name.endswith(("/page.html", "/dom.html")) else "file", path.read_bytes()


def test_no_id_person_note_or_count_of_the_other_case_is_anywhere(two: Two) -> None:
    found = [
        (kind, words, name)
        for name, _, data in contents(two.bundle)
        for kind, every in two.secrets.items()
        for words in every
        if words.encode() in data
    ]
    assert found == []


def test_works_and_addresses_of_the_other_case_stand_in_recorded_pages_alone(two: Two) -> None:
    found = {
        (kind, name.partition("@")[0])
        for name, kind, data in contents(two.bundle)
        for words in two.shown
        if words.encode() in data
    }
    assert {kind for kind, _ in found} <= {PAGES}, found
    # Otherwise the sites of this test would not be the hard case that they are meant to be.
    assert found


def test_the_log_holds_no_entry_about_it_and_an_earlier_export_by_size_and_root_alone(two: Two) -> None:
    entries: list[dict[str, Any]] = [
        json.loads(line) for line in (two.bundle / "data/log/ledger.jsonl").read_text().splitlines()
    ]
    assert {entry["work"] for entry in entries if entry["type"] == "exhibit"} == {OURS}
    assert len({entry["case"] for entry in entries if entry["type"] == "case"}) == 1
    assert "export" not in {entry["type"] for entry in entries}
    assert not any("sites" in entry for entry in entries if entry["type"].startswith("run"))
    earlier = json.loads((two.bundle / "data/log/consistency.json").read_text())["earlier"]
    assert "earlier export" in {item["what"] for item in earlier}
    assert {name for item in earlier for name in item} == {"what", "size", "root", "proof"}
