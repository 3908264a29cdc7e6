"""A tree of files behind real servers: each copy of a watched work is a hit on its own address, in as few requests as folders."""

import os
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote

import pytest

from tests.crawl.commands import titlewatch, watching
from tests.crawl.folders import installed, serving

POSTED = datetime(2026, 2, 11, 4, 5, tzinfo=UTC)
TREE = {
    "Films/Lanterns over Vell (2021) 1080p/Lanterns over Vell (2021) 1080p.mkv": 4096,
    "Films/Lanterns over Vell (2021) 1080p/cover.jpg": 64,
    "Films/Lanterns over Vell (2021) 1080p/Sample/sample.mkv": 64,
    "Films/灯塔以北 #2 (2022)/灯塔以北 #2 (2022) 国语中字.mp4": 4096,
    "Films/Another Film (2020).mkv": 4096,
    "notes.txt": 40,
}
COPIES = {name for name in TREE if "Lanterns" in name and name.endswith("p.mkv")} | {
    n for n in TREE if n.endswith(".mp4")
}


@pytest.mark.parametrize("server", ["python", "nginx", "copyparty"])
def test_a_tree_of_files_is_read_whole(server: str, tmp_path: Path) -> None:
    if not installed(server):
        pytest.skip(f"{server} is not installed")
    tree, scratch, workspace = tmp_path / "tree", tmp_path / "scratch", tmp_path / "workspace"
    scratch.mkdir()
    for name, size in TREE.items():
        path = tree / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x" * size)
        os.utime(path, (POSTED.timestamp(), POSTED.timestamp()))
    at = watching(workspace)
    titlewatch(*at, "works", "add", "Lanterns over Vell", "--id", "vell", "--kind", "film", "--year", "2021")
    titlewatch(*at, "works", "add", "灯塔以北", "--id", "north", "--kind", "film", "--year", "2022")
    with serving(server, tree, scratch) as base:
        titlewatch(*at, "sites", "add", base, "--id", "folders")
        (first,) = titlewatch(*at, "crawl", "--json")
        (second,) = titlewatch(*at, "crawl", "--json")
    assert (first["engine"], first["errors"], first["finished"]) == ("directory", 0, True)
    # robots.txt, the root, Films and the two folders of films; the sample's folder is left alone.
    assert first["requests"] <= 6
    assert second["requests"] <= first["requests"]
    hits = titlewatch(*at, "hits", "--json")
    assert {unquote(hit["url"]).removeprefix(base) for hit in hits} == COPIES
    assert all(unquote(hit["links"][0]["url"]) == unquote(hit["url"]) for hit in hits)
    assert {hit["work_id"] for hit in hits} == {"vell", "north"}
    posted = {hit["posted_at"] for hit in hits}
    assert posted == ({None} if server == "python" else {"2026-02-11T04:05:00Z"})
