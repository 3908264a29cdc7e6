"""What became of a case's targets: in the bundle with the exchanges that show it, told in the report, held by the verifier."""

import json
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from crawler.bundle import layout
from crawler.bundle.build import Built, build
from crawler.bundle.check import check
from crawler.bundle.disclosure import Order, disclose
from crawler.practice.authority import PracticeAuthority
from crawler.store import landed
from tests.bundle import case_workspace
from tests.bundle.case_workspace import OFFERS, CaseWorkspace, Look
from tests.bundle.forger import both, edit_json, edit_log, exhibit, reforge
from tests.bundle.second_verifier import verify as second
from tests.bundle.tampering import assert_named, failed

SHARE = "https://pan.drive.example/s/1aBcDeFgH"
FILE = "https://box.locker.example/f/9911"
LOOKS = (
    Look("locked", {"by": "words", "words": "请输入提取码", "status": 200}, ((SHARE, 200, "<p>请输入<b>提取码</b></p>"),)),
    Look("locked", {"by": "words", "words": "请输入提取码", "status": 200}, ((SHARE, 200, "<p>请输入提取码：</p>"),)),
    Look("removed", {"by": "words", "words": "此链接分享内容因侵权已被取消", "status": 200},
         ((SHARE, 302, ""), (SHARE + "/gone", 200, "<h1>此链接分享内容因侵权已被取消</h1>"))),
)  # fmt: skip
GONE = (
    Look("not-visited", {"by": "robots", "why": "it forbids all", "address": FILE}, ()),
    Look("dead", {"by": "status", "status": 404}, ((FILE, 404, "<p>Not here</p>"),)),
    Look(
        "unknown", {"by": "unreachable", "why": "connect: refused", "address": FILE}, ((FILE, None, ""),), passing=True
    ),
    Look(
        "unknown", {"by": "unreachable", "why": "dns: no such host", "address": FILE}, ((FILE, None, ""),), passing=True
    ),
)
CAPTURE = exhibit(0, "capture.json")


@dataclass
class Told:
    case: CaseWorkspace
    built: Built
    key: bytes
    roots: bytes


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    folder = tmp_path_factory.mktemp("landings")
    authority = PracticeAuthority(folder / "authority")
    offers = (replace(OFFERS[0], looks=LOOKS), OFFERS[1], replace(OFFERS[2], looks=GONE))
    case = case_workspace.make(folder / "workspace", authority, offers)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "weasyprint", None)
        built = build(case.store, case.workspace, case.case_id, stamp=case.send)
    yield Told(case, built, case.key.read_bytes(), authority.roots.read_bytes())
    case.store.close()


def shown(told: Told, number: int) -> list[dict[str, Any]]:
    return list(json.loads((told.built.bundle / exhibit(number, "capture.json")).read_bytes()).get("landings", []))


def test_each_state_stands_with_the_exchanges_that_show_it(told: Told) -> None:
    looks = shown(told, 0)
    # The second look showed no other state, and a later one stands for it.
    assert [one["state"] for one in looks] == ["locked", "removed"]
    assert [len(one["exchanges"]) for one in looks] == [1, 2]
    assert all(exchange["bytes"] == "kept" for one in looks for exchange in one["exchanges"])
    assert [(one["state"], len(one["exchanges"])) for one in shown(told, 2)] == [
        ("not-visited", 0), ("dead", 1), ("unknown", 1), ("unknown", 1)
    ]  # fmt: skip
    assert [one["exchanges"][0].get("error") for one in shown(told, 2)[2:]] == ["connect: refused", "dns: no such host"]
    assert shown(told, 1) == []
    findings = list(check(told.built.bundle, told.key, told.roots))
    assert failed(findings) == []
    assert second(told.built.bundle) == []


def test_the_latest_look_is_told_though_it_showed_no_other_state(told: Told) -> None:
    target = str(OFFERS[2].links[0].object or OFFERS[2].links[0].url)
    found = landed.of_targets(told.case.store, [target])[target]
    assert [len(one.exchanges) for one in found] == [0, 1, 1, 1]
    assert found[2].ids != found[3].ids
    # What a target was last known to be still stands while nobody answers.
    row = told.case.store.row("SELECT state FROM landings WHERE target = ?", (target,))
    assert row is not None and row["state"] == "dead"


def test_the_report_tells_it_in_both_languages(told: Told) -> None:
    report = (told.built.bundle / layout.HTML_REPORT).read_text(encoding="utf-8")
    for words in (
        "removed for infringement",
        "因侵权或法律原因被移除",
        "the server answered 404",
        "服务器答复 404",
        "nothing was asked",
        "未发出请求",
    ):
        assert words in report
    for one in shown(told, 0)[1]["exchanges"]:
        assert one["exchange"] in report


def test_two_exports_of_an_unchanged_case_are_the_same(told: Told, tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "weasyprint", None)
        again = build(told.case.store, told.case.workspace, told.case.case_id, out=tmp_path, stamp=told.case.send)
    assert again.payload_sha256 == told.built.payload_sha256


def test_one_exhibit_disclosed_alone_takes_its_states_along(told: Told, tmp_path: Path) -> None:
    part = disclose(told.built.bundle, Order(("1",), out=tmp_path)).folder
    assert failed(check(part, told.key, told.roots)) == []
    lines = [json.loads(line) for line in (part / "data/part/ledger.jsonl").read_bytes().splitlines()]
    assert [line["state"] for line in lines if line["type"] == "landing"] == ["locked", "removed"]


def looks(change: Callable[[list[dict[str, Any]]], object]) -> Callable[[Path], None]:
    def act(capture: dict[str, Any]) -> None:
        change(capture["landings"])

    return edit_json(CAPTURE, act)


def without_all(bundle: Path) -> None:
    edit_json(CAPTURE, lambda capture: capture.pop("landings"))(bundle)


def logged(change: Callable[[dict[str, Any]], object]) -> Callable[[Path], None]:
    """The same change in the log, every hash of it made anew."""

    def act(entries: list[dict[str, Any]]) -> None:
        change(next(one for one in entries if one["type"] == "landing" and one["state"] == "removed"))

    return edit_log(act)


@pytest.mark.parametrize(
    ("act", "named"),
    [
        (looks(lambda all_: all_[1].update(state="live")), "landings entry"),
        (looks(lambda all_: all_[1]["said"].update(words="有效")), "said"),
        (looks(lambda all_: all_.pop()), "landings entry"),
        (looks(lambda all_: all_.append({**all_[0], "ledger_seq": 3})), "landings entry 3"),
        (looks(lambda all_: all_[1]["exchanges"].pop()), "exchanges"),
        (looks(lambda all_: all_[1].update(note="x")), "note"),
        (looks(lambda all_: all_[1]["exchanges"][0].update(role="page")), "role"),
        (looks(lambda all_: all_[1]["exchanges"][1].update(status=404)), "status"),
        (without_all, "landings"),
        (
            both(looks(lambda all_: all_[1].update(state="live")), logged(lambda entry: entry.update(state="live"))),
            "ledger",
        ),
        (
            both(
                looks(lambda all_: all_[1].update(exchanges=[])), logged(lambda entry: entry.update(exchanges=[])),
            ),
            "landings entry",
        ),
        (
            both(
                looks(lambda all_: all_[1]["said"].update(words="文件有效 可以下载")),
                logged(lambda entry: entry["said"].update(words="文件有效 可以下载")),
            ),
            "words",
        ),
    ],
)  # fmt: skip
def test_a_state_that_was_changed_or_that_nothing_shows_is_found(
    told: Told, tmp_path: Path, act: Callable[[Path], None], named: str
) -> None:
    bundle = tmp_path / told.built.bundle.name
    shutil.copytree(told.built.bundle, bundle)
    act(bundle)
    reforge(bundle)
    found = failed(check(bundle, told.key, told.roots))
    assert_named(found, named, ("signature", "stamp", "signer", "manifest"))
