"""Where a hostile site sends us: what stays on the site is followed to an end, the rest is refused; all is on record."""

from collections.abc import Callable, Iterator
from pathlib import Path

from crawler.engine.frontier import MAX_HOPS
from crawler.evidence.ledger import Ledger
from crawler.evidence.warc import read_member
from tests.cli.titlewatch import Shell
from tests.crawl.behaviours import Step
from tests.crawl.hostile import HostileServer, ok

AT = ("--workspace", "W")


def sends_to(target: bytes, status: bytes = b"302 Found") -> bytes:
    return b"HTTP/1.1 %b\r\nLocation: %b\r\nContent-Length: 0\r\nConnection: close\r\n\r\n" % (status, target)


def answering(answer: bytes) -> Callable[[], Iterator[Step]]:
    return lambda: iter([answer])


def test_redirects_are_recorded_and_those_that_leave_the_site_are_refused(shell: Shell, workspace: Path) -> None:
    with HostileServer() as site, HostileServer(address="127.0.0.2") as other:
        away = {
            "/to-other": other.url("/plain").encode(),
            "/to-number": b"http://2130706434:%d/plain" % other.port,
            "/to-port": b"http://127.0.0.1:%d/plain" % other.port,
            "/to-ftp": b"ftp://127.0.0.2/plain",
            "/to-file": b"file:///etc/hosts",
            "/to-script": b"javascript:alert(1)",
            "/to-data": b"data:text/html,<p>page</p>",
        }
        circle = {"/loop": b"/loop", "/round": b"/about", "/about": b"/round"}
        circle |= {f"/hop-{n}": b"/hop-%d" % (n + 1) for n in range(MAX_HOPS + 5)}
        odd = {"/to-nothing": b"http://[::1", "/to-bytes": b"/\xe5\xbd\xb1 \xff", "/home": b"/plain"}
        for path, target in (away | circle | odd).items():
            site.behaviours[path] = answering(sends_to(target))
        begin = [*away, "/loop", "/round", "/hop-0", *odd]
        ways = "".join(f"<li><a href='{path}'>The topic behind the address {path}</a></li>" for path in begin)
        site.behaviours["/"] = answering(ok(f"<html><title>Board</title><ul>{ways}</ul></html>".encode()))
        shell("config", "browser.capture=false", "browser.render=false", *AT)
        shell("works", "add", "Lantern Street", *AT)
        shell("sites", "add", site.url("/"), "--id", "site", "--engine", "generic", *AT)
        crawled = shell("crawl", *AT, code=None)
        talks = {path: site.talk(path) for path in site.talks}
        assert other.talks == {}
    ledger = Ledger(workspace / "evidence" / "ledger.jsonl")
    entries = [entry.body for entry in ledger.entries()]
    ledger.close()
    assert len(talks) > len(begin), crawled
    refused = {entry["url"]: entry["why"] for entry in entries if entry["type"] == "refusal"}
    for path, target in away.items():
        assert target.decode() in refused[site.url(path)]
    exchanges = [entry for entry in entries if entry["type"] == "exchange" and 300 <= (entry["status"] or 0) < 400]
    asked = [entry["url"].removeprefix(site.url("")) for entry in exchanges]
    assert {*away, *circle, *odd} - {f"/hop-{n}" for n in range(MAX_HOPS + 1, MAX_HOPS + 5)} <= set(asked)
    assert len(asked) == len(set(asked))
    assert f"/hop-{MAX_HOPS}" in asked and f"/hop-{MAX_HOPS + 1}" not in asked
    for entry in exchanges:
        (response,) = [record for record in entry["record"]["records"] if record["type"] == "response"]
        folder = workspace / "evidence"
        kept = read_member(folder / entry["record"]["segment"], response["offset"], response["length"])
        assert kept.block == talks[entry["url"].removeprefix(site.url(""))].sent
    hops = {entry["url"]: (entry["exchange"], entry["via"], entry["hop"]) for entry in exchanges}
    for number in range(1, MAX_HOPS + 1):
        _, via, hop = hops[site.url(f"/hop-{number}")]
        assert (via, hop) == (hops[site.url(f"/hop-{number - 1}")][0], number)
    assert shell("verify", "W").code == 0
