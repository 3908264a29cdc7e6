"""The self-test at the start of a run: known answers, and a run that does not begin without them."""

import json
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import pytest

from crawler.config import Configuration
from crawler.engine import environment, selftest
from crawler.engine.wire.recording import Recording
from crawler.errors import EnvironmentProblem, VerificationError
from crawler.evidence import keys
from crawler.evidence.canonical import canonical_json, sha256_hex
from crawler.practice.server import Answer, LoopbackServer
from tests.decorators import coroutine_test

CHECKS = ["record plain", "record TLS", "ledger", "signature", "matching"]


@coroutine_test
async def test_every_known_answer_comes() -> None:
    result = await selftest.selftest()
    assert [check.name for check in result.checks] == CHECKS
    assert [check.detail for check in result.checks if not check.passed] == []
    result.demand()


@coroutine_test
async def test_inside_a_running_loop_a_second_process_tries() -> None:
    result = selftest.run_selftest()
    assert [check.name for check in result.checks] == CHECKS
    assert result.passed


@coroutine_test
async def test_a_recorder_that_tidies_headers_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    honest = Recording.append
    monkeypatch.setattr(Recording, "append", lambda self, data: honest(self, data.replace(b"x-tWICE", b"X-Twice")))
    result = await selftest.selftest()
    assert [check.name for check in result.checks if not check.passed] == ["record plain", "record TLS"]
    with pytest.raises(EnvironmentProblem, match=r"nothing was fetched; record plain \(the response: expected"):
        result.demand()


@coroutine_test
async def test_a_signature_that_always_holds_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "verify", lambda *_: None)
    failed = [check for check in (await selftest.selftest()).checks if not check.passed]
    assert [check.name for check in failed] == ["signature"]


@coroutine_test
async def test_a_signature_that_never_holds_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object) -> None:
        raise VerificationError("the signature does not hold", "signature")

    monkeypatch.setattr(keys, "verify", never)
    assert [c.name for c in (await selftest.selftest()).checks if not c.passed] == ["signature"]


def run(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False)


def test_a_failed_self_test_ends_the_run_before_anything_is_fetched(tmp_path: Path) -> None:
    server = LoopbackServer("site", lambda heard: Answer(200, {}, b"never asked for"), []).start()
    plain = "import sys; from crawler.cli.main import main; main(sys.argv[1:])"
    spoiled = "from crawler.matching import Matcher; Matcher.match = lambda self, offer: []; " + plain
    place = str(tmp_path / "watch")
    try:
        assert run(plain, "init", place, "--set", "network.allow_private=true").returncode == 0
        assert run(plain, "--workspace", place, "works", "add", "The Lantern Sea").returncode == 0
        assert run(plain, "--workspace", place, "sites", "add", server.url).returncode == 0
        done = run(spoiled, "--workspace", place, "crawl")
    finally:
        server.stop()
    assert done.returncode == 4, done.stderr
    assert "the self-test failed, nothing was fetched; matching (scores 0.00 and 0.00" in done.stderr
    assert server.log == []
    entries = [json.loads(line) for line in (tmp_path / "watch/evidence/ledger.jsonl").read_text().splitlines()]
    (start,) = [entry for entry in entries if entry["type"] == "run-start"]
    assert start["self_test"]["passed"] is False
    assert {c["name"]: c["passed"] for c in start["self_test"]["checks"]} == {n: n != "matching" for n in CHECKS}


def test_the_first_entry_of_a_run_says_on_what_it_ran() -> None:
    configuration = Configuration()
    facts = environment.facts(configuration, "agent", "3+0f9a41c2")
    assert list(facts) == ["tool", "system", "clock", "network"]
    assert canonical_json(facts)
    assert facts["tool"]["configuration_sha256"] == sha256_hex(canonical_json(asdict(configuration)))
    assert facts["tool"]["packages"]["scrapy"].startswith("2.19.")
    assert facts["network"]["proxies"]["used"] == "none"


def test_a_proxy_is_named_without_its_password() -> None:
    found = environment._proxies(
        {"HTTPS_PROXY": "http://lin:secret@proxy.example:3128", "no_proxy": "localhost", "PATH": "/bin"}
    )
    assert found == {"HTTPS_PROXY": "proxy.example:3128", "no_proxy": "set"}


def test_the_code_is_known_by_its_bytes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(environment, "ROOT", tmp_path)
    (tmp_path / "crawler").mkdir()
    (tmp_path / "crawler/a.py").write_text("x = 1\n")
    before = environment._code()
    assert environment._code() == before
    (tmp_path / "crawler/a.py").write_text("x = 2\n")
    assert environment._code() != before
