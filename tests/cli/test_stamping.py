"""Timestamps through a night's outage, a bundle exported without one, and certificates that end: as a user sees them."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from crawler.config import Authority
from crawler.engine import beginning
from crawler.engine.revocation_lists import RevocationLists
from crawler.engine.stamping import Obtained, obtain, send
from crawler.errors import RevokedError, TimestampError
from crawler.practice.authority import PracticeAuthority
from crawler.practice.sites import PracticeSites
from crawler.workspace import Workspace
from tests.cli.titlewatch import Shell

AT = ("--workspace", "W")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> PracticeAuthority:
    return PracticeAuthority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def sites() -> Iterator[PracticeSites]:
    with PracticeSites() as practice:
        yield practice


def authorities(**servers: Any) -> str:
    """The setting that names some servers as authorities."""
    listed = ", ".join(
        f"{{id = {json.dumps(name)}, url = {json.dumps(server.url)}, roots = {json.dumps(str(server.roots))}}}"
        for name, server in servers.items()
    )
    return f"evidence.timestamps=[{listed}]"


def watch(shell: Shell, sites: PracticeSites) -> None:
    rows = [
        {"id": w.work_id, "title": w.title, "kind": w.kind, "year": w.year, "aliases": list(w.aliases)}
        for w in sites.works
    ]
    (shell.folder / "works.json").write_text(json.dumps(rows))
    shell("works", "import", "works.json", *AT)
    shell("config", "browser.capture=false", "browser.render=false", *AT)
    shell("sites", "add", sites.blog_url, "--id", "blog", *AT)


def ledger(workspace: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (workspace / "evidence/ledger.jsonl").read_bytes().splitlines()]


def verify(shell: Shell, path: object, *words: object) -> list[dict[str, Any]]:
    return shell("verify", path, "--json", *words).objects


def test_an_outage_during_the_night_is_made_good_the_next(
    shell: Shell, workspace: Path, sites: PracticeSites, made: PracticeAuthority, tmp_path: Path
) -> None:
    listed = PracticeAuthority(tmp_path / "listed", lists="http://127.0.0.1:1/list.crl")
    with made.serve("down") as down:
        port = int(down.url.rsplit(":", 1)[1].strip("/"))
        with listed.serve() as alpha:
            shell("config", authorities(alpha=alpha, beta=down), *AT)
            watch(shell, sites)
            night = shell("crawl", *AT)
    assert "no timestamp over the beginning of the run" in night.err and "authority beta" in night.err
    assert "stamps pending: 1" in night.err
    assert {hit["timestamps"] for hit in shell("hits", "--json", *AT).objects} == {"pending"}
    assert "PENDING" in shell("hits", *AT).out
    first = ledger(workspace)
    kinds = [entry["type"] for entry in first]
    # What is stamped at the start lies before the first exchange.
    assert kinds.index("begin") < kinds.index("stamp") < kinds.index("stamp-missing") < kinds.index("exchange")
    (missing,) = [entry for entry in first if entry["type"] == "stamp-missing"]
    begun = missing["subject"]
    assert (begun[-11:], missing["authority"]) == (".begin.json", "beta")
    assert all("not checked: http://127.0.0.1:1/list.crl" in e["revocation"] for e in first if e["type"] == "stamp")
    clocks = [entry for entry in first if entry["type"] == "clock" and entry["source"] == "stamp"]
    assert clocks and all(entry["least_ms"] <= 500 and entry["most_ms"] >= -500 for entry in clocks)

    still = shell("evidence", "stamp", "--json", *AT, code=3).objects
    assert {one["authority"]: one["state"] for one in still}["beta"] == "pending"
    with listed.serve() as alpha, made.serve(port=port) as beta:
        shell("config", authorities(alpha=alpha, beta=beta), *AT)
        (done,) = shell("evidence", "stamp", "--json", *AT).objects
        assert (done["authority"], done["state"]) == ("beta", "stamped")
        assert "No timestamp is pending" in shell("evidence", "stamp", *AT).err
        shell("crawl", *AT)
    assert {hit["timestamps"] for hit in shell("hits", "--json", *AT).objects} == {"stamped"}
    assert not list((workspace / "evidence").glob(f"{begun}.beta.*"))
    roots = shell.folder / "roots.pem"
    roots.write_bytes(made.roots.read_bytes() + listed.roots.read_bytes())
    found = verify(shell, "W", "--roots", roots, "--key", workspace / "keys/signer.pub.pem")
    assert {finding["object"] for finding in found if finding["check"] == "beginning" and finding["state"] == "pass"}
    assert any(f["check"] == "revocation" and "list.crl" in f["why"] for f in found)
    assert any(f["object"] == f"{begun}.beta" and "not asked again" in f["why"] for f in found)
    assert [f for f in found if f["check"] == "not before" and f["state"] == "pass"]


def test_a_bundle_gets_its_pending_stamp_and_renewals_later(
    shell: Shell, workspace: Path, sites: PracticeSites, made: PracticeAuthority, tmp_path: Path
) -> None:
    soon = datetime.now(UTC) + timedelta(days=30)
    brief = PracticeAuthority(tmp_path / "brief", validity=("-enddate", f"{soon:%Y%m%d%H%M%SZ}"))
    roots = shell.folder / "roots.pem"
    roots.write_bytes(made.roots.read_bytes() + brief.roots.read_bytes())
    key = workspace / "keys/signer.pub.pem"
    with made.serve("down") as down, brief.serve() as alpha:
        port = int(down.url.rsplit(":", 1)[1].strip("/"))
        shell("config", authorities(alpha=alpha, beta=down), *AT)
        watch(shell, sites)
        summary = shell("crawl", *AT)
        assert "end within 90 days: 2" in summary.err
        hits = [hit["hit_id"] for hit in shell("hits", "--json", *AT).objects][:1]
        shell("decide", *hits, "--verdict", "infringing", "--by", "Lin Example", *AT)
        (case,) = shell("cases", "new", "The case", "--json", *AT).objects
        shell("cases", "add", case["case_id"], *hits, *AT)
        (out,) = shell("export", case["case_id"], "--json", *AT).objects
        bundle = Path(out["bundle"])
    assert "beta (pending)" in (bundle / "bag-info.txt").read_text()
    capture = json.loads(next(bundle.glob("data/captures/*/capture.json")).read_bytes())
    bracket = capture["time_bracket"]
    assert bracket["not_before"]["authority"] == bracket["not_after"]["authority"] == "alpha"
    opened, closed = (datetime.fromisoformat(bracket[side]["gen_time"]) for side in ("not_before", "not_after"))
    started = datetime.fromisoformat(capture["exchanges"][0]["started"])
    # The authority writes whole seconds.
    assert opened <= started <= closed + timedelta(seconds=1)
    assert {(lack["side"], lack["why"]) for lack in bracket["missing"]} == {
        ("not_before", "missing"),
        ("not_after", "pending"),
    }
    before = verify(shell, bundle, "--roots", roots, "--key", key)
    assert any("pending" in f["why"] and f["object"] == "timestamps/beta" for f in before)
    manifest = (bundle / "tagmanifest-sha256.txt").read_bytes()

    with brief.serve() as alpha, made.serve(port=port) as beta:
        shell("config", authorities(alpha=alpha, beta=beta), *AT)
        (done,) = shell("evidence", "stamp", bundle, "--json", *AT).objects
        assert (done["authority"], done["state"]) == ("beta", "stamped")
        after = verify(shell, bundle, "--roots", roots, "--key", key)
        assert ("timestamps/beta", "pass") in {(f["object"], f["state"]) for f in after}
        told = shell("evidence", "renew", bundle, *AT)
        assert "renewed: " in told.out and "by alpha" in told.out
        renewed = shell("evidence", "renew", "--json", *AT).objects
        assert {one["state"] for one in renewed} == {"renewed"} and len(renewed) == 2
        assert "No timestamp ends" in shell("evidence", "renew", bundle, *AT).err
        # What ends in ten years cannot be made to last longer by these two.
        assert shell("evidence", "renew", bundle, "--within", "5000", *AT, code=3).out.count("end no later") == 4
    facts = json.loads((bundle / "timestamps/alpha.renewal-1.json").read_bytes())
    assert (facts["subject"], facts["authority"]) == ("alpha.tsr", "alpha")
    assert (bundle / "tagmanifest-sha256.txt").read_bytes() == manifest
    last = verify(shell, bundle, "--roots", roots, "--key", key)
    assert ("timestamps/alpha.renewal-1", "pass") in {(f["object"], f["state"]) for f in last}
    for arguments in ((), (roots,), (roots, key)):
        ran = subprocess.run(
            ["sh", "verify.sh", *map(str, arguments)], cwd=bundle, capture_output=True, text=True, check=False
        )
        assert ran.returncode == 0, ran.stdout
    assert ran.stdout.count("ok           timestamp of beta over tagmanifest") == 1
    if shutil.which("faketime"):
        years = ["faketime", "-f", "+5y", "sh", "verify.sh", str(roots), str(key)]
        assert subprocess.run(years, cwd=bundle, capture_output=True, check=False).returncode == 0
    found = verify(shell, "W", "--roots", roots, "--key", key)
    assert not [f for f in found if f["check"] == "stamp life"]
    custody = bundle.with_name(f"{bundle.name}.custody.jsonl").read_bytes().splitlines()
    notes = [json.loads(line)["note"] for line in custody][1:]
    assert [note.split(", ")[1] for note in notes] == ["timestamps/beta.tsr", "timestamps/alpha.renewal-1.tsr"]
    spoilt = next((workspace / "evidence").glob("*.seal.json.alpha.renewal-1.json"))
    spoilt.write_bytes(bytes(300))
    told = shell("crawl", *AT)
    assert f"cannot be read: {spoilt.name}" in told.err
    assert [entry["type"] for entry in ledger(workspace)].count("run-end") == 2
    assert not (workspace / "evidence/spool").exists()


MISBEHAVIOURS = ("down", "slow", "garbage", "html", "wrong_nonce", "reject")


def test_a_run_waits_for_no_authority_and_takes_the_one_that_answers(workspace: Path, made: PracticeAuthority) -> None:
    servers = [made.serve(kind, delay=20) for kind in MISBEHAVIOURS]  # type: ignore[arg-type]
    good = made.serve()
    pinned = workspace / "keys/roots"
    shutil.copy(made.roots, pinned / "all.pem")
    for server in (*servers, good):
        server.__enter__()
    try:
        asked = [Authority(f"a{n}", server.url, "keys/roots/all.pem") for n, server in enumerate((*servers, good))]
        began = monotonic()
        answers = beginning._ask_all(Workspace(workspace), b"a beginning", asked, 1.5)
        assert monotonic() - began < 8
    finally:
        for server in (*servers, good):
            server.__exit__(None, None, None)
    assert isinstance(answers[-1], Obtained)
    assert all(isinstance(answer, str) for answer in answers[:-1])
    words = ("refused", "no stamp", "not a timestamp reply", "web page", "nonce", "rejected")
    for word, answer in zip(words, answers, strict=False):
        assert word in str(answer), answer


def test_revocation_lists_are_fetched_checked_and_kept(tmp_path: Path) -> None:
    with PracticeAuthority(tmp_path / "first").serve() as first:
        port = int(first.url.rsplit(":", 1)[1].strip("/"))
    listed = PracticeAuthority(tmp_path / "listed", lists=f"http://127.0.0.1:{port}/list.crl")
    authority = Authority("listed", f"http://127.0.0.1:{port}/", "")
    roots = listed.roots.read_bytes()
    ask = partial(obtain, b"data", authority, roots, partial(send, timeout=10.0))
    with listed.serve(port=port) as server:
        lists = RevocationLists()
        for _ in range(2):
            assert ask(lists).stamp.unchecked == ""
        assert server.lists_asked == 1
        assert ask(RevocationLists()).stamp.chain_pem.count(b"X509 CRL") == 2
        server.list = b"<html>Not found</html>"
        spoilt = ask(RevocationLists()).stamp
        assert "not a revocation list" in spoilt.unchecked and b"X509 CRL" not in spoilt.chain_pem
        server.list = PracticeAuthority(tmp_path / "namesake").crl()
        assert "wrong signature" in ask(RevocationLists()).stamp.unchecked
        server.list = bytes(3 << 20)
        assert "more than" in ask(RevocationLists()).stamp.unchecked
        server.list = None
        listed.revoke()
        with pytest.raises(RevokedError, match="revoked on"):
            ask(RevocationLists())
    held = PracticeAuthority(tmp_path / "held")
    with held.serve() as server:
        plain = Authority("held", server.url, "", policy="1.3.6.1.4.1.99999.2")
        stamp = obtain(b"data", plain, held.roots.read_bytes(), send, RevocationLists()).stamp
        assert (stamp.policy, stamp.unchecked) == (plain.policy, "its certificates name no revocation list")
        with pytest.raises(TimestampError, match="policy is not supported"):
            obtain(b"data", Authority("h", server.url, "", "1.2.3.4"), held.roots.read_bytes(), send, RevocationLists())


def test_the_clock_is_compared_and_an_offset_is_said(shell: Shell, workspace: Path, sites: PracticeSites) -> None:
    from tests.evidence.test_timekeeping import TimeServer

    watch(shell, sites)
    with TimeServer(25.0) as server:
        shell("config", f'evidence.time_servers=["{server.name}"]', *AT)
        summary = shell("crawl", *AT)
    assert f"off by +25.0{'' if '+25.0' in summary.err else '?'}" in summary.err and server.name in summary.err
    entries = [entry for entry in ledger(workspace) if entry["type"] == "clock"]
    assert {entry["source"] for entry in entries} == {"system", "ntp"}
    said = [finding for finding in verify(shell, "W") if finding["check"] == "clock"]
    assert len(said) == 2 and all(f["state"] == "not_checked" and "off by" in f["why"] for f in said)
    assert any("UNSTAMPED" in finding["why"] and ".begin.json" in finding["object"] for finding in verify(shell, "W"))


def test_an_authority_that_is_configured_after_a_crawl_stamps_what_is_exported(
    shell: Shell, workspace: Path, sites: PracticeSites, made: PracticeAuthority
) -> None:
    watch(shell, sites)
    shell("crawl", *AT)
    with made.serve() as late:
        shell("config", authorities(late=late), *AT)
        assert "stamped" in shell("evidence", "stamp", *AT).out
        hits = [hit["hit_id"] for hit in shell("hits", "--json", *AT).objects][:1]
        shell("decide", *hits, "--verdict", "infringing", "--by", "Zhou Example", *AT)
        case = shell("cases", "new", "Late", "--json", *AT).objects[0]["case_id"]
        shell("cases", "add", case, *hits, *AT)
        bundle = Path(shell("export", case, "--json", *AT).objects[0]["bundle"])
    seals = {path.name for path in (bundle / "data/warc").glob("*.seal.json.late.tsr")}
    assert seals
    found = verify(shell, bundle, "--key", workspace / "keys/signer.pub.pem", "--roots", made.roots)
    assert not [finding for finding in found if finding["state"] == "fail"]
    stamps = [one for one in found if one["check"] == "stamp" and one["object"].endswith(".seal.json.late")]
    assert {finding["state"] for finding in stamps} == {"pass"}
    capture = json.loads(next(bundle.glob("data/captures/*/capture.json")).read_text())
    assert capture["time_bracket"]["not_after"]["authority"] == "late"
