"""Roots that change, reasons why a stamp is pending, and stamps that cannot be read: as the desk tells them."""

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawler.config import Authority
from crawler.desk import configuring, founding, stamping
from crawler.engine.sealing import keep, roots_of
from crawler.engine.stamping import Send, ask
from crawler.errors import TimestampError
from crawler.evidence import stamps
from crawler.evidence.ledger import Ledger
from crawler.practice.authority import PracticeAuthority
from crawler.workspace import Workspace


@pytest.fixture(scope="module")
def brief(tmp_path_factory: pytest.TempPathFactory) -> PracticeAuthority:
    soon = datetime.now(UTC) + timedelta(days=30)
    return PracticeAuthority(tmp_path_factory.mktemp("brief"), validity=("-enddate", f"{soon:%Y%m%d%H%M%SZ}"))


@pytest.fixture(scope="module")
def lasting(tmp_path_factory: pytest.TempPathFactory) -> PracticeAuthority:
    return PracticeAuthority(tmp_path_factory.mktemp("lasting"))


def setting(*pairs: tuple[str, PracticeAuthority]) -> dict[str, str]:
    listed = ", ".join(f'{{id="{name}", url="http://tsa.example/", roots="{one.roots}"}}' for name, one in pairs)
    return {"evidence.timestamps": f"[{listed}]"}


def answering(authority: PracticeAuthority) -> Send:
    return lambda _, query: authority.reply(query)


def stamped(workspace: Workspace, authority: PracticeAuthority, subject: str) -> Path:
    """A file in the evidence folder with a stamp of the first authority that is configured."""
    path = workspace.evidence / subject
    path.write_bytes(b'{"authorities":[]}')
    known = workspace.configuration().evidence.timestamps[0]
    with Ledger(workspace.ledger) as ledger:
        obtained = ask(path.read_bytes(), known, roots_of(workspace, known), answering(authority))
        keep(ledger, path, known, obtained, None, 5.0)
    return path


def test_roots_that_were_pinned_stay_and_old_stamps_are_renewed(
    tmp_path: Path, brief: PracticeAuthority, lasting: PracticeAuthority
) -> None:
    workspace = founding.found(tmp_path / "W", setting(("tsa", brief)), "test").workspace
    stamped(workspace, brief, "TW-1.seal.json")
    for _ in range(2):
        configuring.change(workspace, setting(("tsa", lasting)))
    pinned = sorted(path.read_bytes() for path in workspace.roots.iterdir())
    assert pinned == sorted([brief.roots.read_bytes(), lasting.roots.read_bytes()])
    assert (workspace.roots / "tsa.pem").read_bytes() == lasting.roots.read_bytes()
    (done,) = stamping.renew_workspace(workspace, sender=answering(lasting))
    assert (done.subject, done.state) == ("TW-1.seal.json.tsa.tsr", "renewed")
    configuring.change(workspace, setting(("tsa", brief)))
    assert (workspace.roots / "tsa.pem").read_bytes() == brief.roots.read_bytes()
    assert lasting.roots.read_bytes() in {path.read_bytes() for path in workspace.roots.iterdir()}


def test_each_pending_stamp_has_its_own_reason(tmp_path: Path, lasting: PracticeAuthority) -> None:
    workspace = founding.found(tmp_path / "W", setting(("alpha", lasting), ("beta", lasting)), "test").workspace
    (workspace.evidence / "TW-1.seal.json").write_bytes(b"{}")

    def silent(authority: Authority, _: bytes) -> bytes:
        raise TimestampError(f"{authority.id} is closed", "the authority")

    done = stamping.stamp_workspace(workspace, silent)
    assert [(one.authority, one.state, one.why) for one in done] == [
        ("alpha", "pending", "alpha is closed; the authority"),
        ("beta", "pending", "beta is closed; the authority"),
    ]


def test_a_spoilt_stamp_is_named_and_keeps_no_other_from_its_renewal(
    tmp_path: Path, brief: PracticeAuthority, lasting: PracticeAuthority
) -> None:
    pair = setting(("tsa", brief), ("other", lasting))
    workspace = founding.found(tmp_path / "W", pair, "test").workspace
    for number in (1, 2):
        stamped(workspace, brief, f"TW-{number}.seal.json")
    (workspace.evidence / "TW-1.seal.json.tsa.json").write_bytes(bytes(300))
    links, spoilt = stamps.ending(workspace.evidence, datetime.now(UTC))
    assert ([link.subject.name for link in links], spoilt) == (["TW-2.seal.json"], ["TW-1.seal.json.tsa.json"])
    done = stamping.renew_workspace(
        workspace, sender=lambda one, query: (brief if one.id == "tsa" else lasting).reply(query)
    )
    assert [(one.subject, one.authority, one.state) for one in done] == [
        ("TW-1.seal.json.tsa.json", "tsa", "failed"),
        ("TW-2.seal.json.tsa.tsr", "tsa", "renewed"),
    ]


def test_a_spoilt_stamp_over_a_beginning_keeps_no_record_from_being_written(
    tmp_path: Path, lasting: PracticeAuthority
) -> None:
    from crawler.evidence import beginning

    workspace = founding.found(tmp_path / "W", setting(("tsa", lasting)), "test").workspace
    path = stamped(workspace, lasting, beginning.begin_name("1"))
    path.write_bytes(json.dumps({"authorities": ["tsa"]}).encode())
    assert [token["authority"] for token in beginning.Tokens(workspace.evidence)("1")] == ["tsa"]
    shutil.copy(path, path.with_name(f"{path.name}.tsa.json"))
    assert beginning.Tokens(workspace.evidence)("1") == []
    path.write_bytes(b"\x00")
    assert beginning.Tokens(workspace.evidence)("1") == []
