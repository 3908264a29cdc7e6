"""The whole work on practice sites of our own: watch, crawl, decide, gather, export, verify.

Everything is real but the sites, the works and the timestamp authority, and all of those say
that they are practice.
"""

import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from crawler.desk import deciding, exporting, founding, gathering, siting, verifying, watching
from crawler.engine.runner import Summary, crawl
from crawler.errors import EnvironmentProblem, UsageError, VerificationError
from crawler.practice.authority import PracticeAuthority
from crawler.practice.sites import PracticeSites
from crawler.store import Store, hits
from crawler.wording.reasons import kind_name, say_reason
from crawler.workspace import Workspace

MARK = "PRACTICE.txt"
"""Tells a demo's folder from anything else."""
AUTHORITY = "practice-authority"
ANALYST = "Practice Analyst"
CASE = "Practice case: a forum and a blog"


class Telling(Protocol):
    """How the demo speaks: a key of the console's wording, and facts."""

    def __call__(self, key: str, **facts: object) -> None: ...


@dataclass(frozen=True, slots=True)
class Shown:
    """What the demo leaves behind."""

    workspace: Workspace
    bundle: Path
    report: Path
    missed: tuple[str, ...]
    """Offers that a perfect reader would have found and this run did not."""
    wrong: tuple[str, ...]
    """Hits on pages that offer nothing."""


def run(
    folder: Path,
    software: str,
    tell: Telling,
    visit: Callable[[Workspace, Sequence[str]], Summary] = crawl,
    language: str = "en",
) -> Shown:
    """Run the demo in a folder, replacing an earlier demo there; `visit` makes the crawl.

    Raises UsageError when the folder holds something else, VerificationError when the bundle
    does not verify, KeyboardInterrupt when a person stopped the crawl.
    """
    folder = folder.absolute()
    clear(folder)
    with PracticeSites() as sites:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / MARK).write_text(
            "A demo of titlewatch made this folder; the next demo replaces it.\n", encoding="utf-8"
        )
        authority = PracticeAuthority(folder / AUTHORITY)
        with authority.serve() as stamps:
            workspace = _prepare(folder, software, stamps.url, authority.roots)
            tell("demo.workspace", folder=workspace.folder)
            store = Store.open(workspace.database)
            watching.watch(store, workspace, sites.works)
            site_ids = [
                siting.add(store, workspace, siting.Wish([url], site_id=name), ()).site_id
                for name, url in (("practice-forum", sites.forum_url), ("practice-blog", sites.blog_url))
            ]
            tell("demo.watching", works=len(sites.works), sites=len(site_ids))
            tell("demo.visiting")
            summary = visit(workspace, site_ids)
            if summary.interrupted:
                raise KeyboardInterrupt
            _tell_visits(summary, tell)
            missed, wrong = _compare(store, workspace, sites, tell, language)
            built = _decide_and_export(store, workspace, sites, tell)
            store.close()
        bundle = Path(built).resolve()
        _verify(bundle, authority.roots, workspace.keys / "signer.pub.pem", tell)
    return Shown(workspace, bundle, _report(bundle, language), missed, wrong)


def clear(folder: Path) -> None:
    """Remove an earlier demo. Raises UsageError when the folder holds something else, WorkspaceLockedError when it is at work."""
    if not folder.exists():
        return
    if not folder.is_dir() or (any(folder.iterdir()) and not (folder / MARK).is_file()):
        raise UsageError("not an earlier demo", str(folder), "name an empty or new folder: titlewatch demo DIR")
    if (folder / MARK).is_file():
        with Workspace(folder).run_lock():
            shutil.rmtree(folder)


def _prepare(folder: Path, software: str, url: str, roots: Path) -> Workspace:
    changes = {
        "collector.name": ANALYST,
        "collector.organisation": "PRACTICE ONLY",
        "collector.contact": "practice@titlewatch.example",
        "crawl.delay": "0",
        "network.allow_private": "true",
        "evidence.timestamps": f'[{{id = "practice", url = "{url}", roots = "{roots}"}}]',
    }
    return founding.found(folder, changes, software).workspace


def _tell_visits(summary: Summary, tell: Telling) -> None:
    for visit in summary.visits:
        tell("demo.visit", **{name: visit[name] for name in ("site", "requests", "pages", "listings", "hits")})
    if summary.pictures_missing:
        tell("summary.pictures", why=summary.pictures_missing)
    for pending in summary.pending_stamps:
        tell("demo.pending", what=pending)
    if summary.failed_sites:
        raise EnvironmentProblem(
            "a practice site could not be read", ", ".join(summary.failed_sites), "see: titlewatch sites list"
        )


def _found(store: Store, workspace: Workspace) -> list[dict[str, Any]]:
    return list(hits.select(store, at_least=workspace.configuration().matching.threshold))


def _compare(
    store: Store, workspace: Workspace, sites: PracticeSites, tell: Telling, language: str
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Hold what was found against what a perfect reader finds, and say both."""
    found = _found(store, workspace)
    expected = {(one.url, one.work_id) for one in sites.expected}
    tell("demo.found", count=len(found))
    for hit in found:
        tell("demo.hit", site=hit["site"], work=hit["work_id"], title=hit["title"], score=f"{hit['score']:.2f}")
        for link in hit["links"]:
            code = f"  [{link['access_code']}]" if link["access_code"] else ""
            tell("demo.link", kind=kind_name(link["kind"], language), url=link["url"], code=code)
        if not hit["links"]:
            offers = [r for r in hit["reasons"] if r["weight"] > 0 and not r["rule"].startswith("title")]
            tell("demo.nolink", why=say_reason(offers[0], language) if offers else "")
    hit_urls = {hit["url"] for hit in found}
    left = [trap for trap in sites.traps if trap.url not in hit_urls]
    tell("demo.left", count=len(left))
    for trap in left:
        tell("demo.trap", kind=trap.kind, title=trap.title, why=trap.why)
    missed = tuple(sorted(f"{url} ({work})" for url, work in expected - {(h["url"], h["work_id"]) for h in found}))
    wrong = tuple(hit["url"] for hit in found if (hit["url"], hit["work_id"]) not in expected)
    for what in missed:
        tell("demo.missed", what=what)
    for what in wrong:
        tell("demo.wrong", what=what)
    return missed, wrong


def _decide_and_export(store: Store, workspace: Workspace, sites: PracticeSites, tell: Telling) -> str:
    expected = {(one.url, one.work_id) for one in sites.expected}
    right = [h["hit_id"] for h in _found(store, workspace) if (h["url"], h["work_id"]) in expected]
    other = [h["hit_id"] for h in _found(store, workspace) if (h["url"], h["work_id"]) not in expected]
    note = "practice: the site is our own, and so is the answer"
    for chosen, verdict in ((right, "infringing"), (other, "not_infringing")):
        if chosen:
            deciding.decide(store, workspace, chosen, verdict, ANALYST, note)
    case = gathering.new_case(store, workspace, CASE)
    gathering.add(store, workspace, case.case_id, right)
    tell("demo.decided", count=len(right), analyst=ANALYST, case=case.case_id)
    built = exporting.export(store, workspace, exporting.Order(case.case_id, zipped=True))
    tell("demo.exported", count=built.exhibits)
    return str(built.bundle)


def _verify(bundle: Path, roots: Path, key: Path, tell: Telling) -> None:
    """Check the bundle by titlewatch, and by its own verify.sh with sha256sum and openssl alone."""
    findings = list(verifying.verify(bundle, key, roots))
    failed = [finding for finding in findings if finding.state == "fail"]
    if failed:
        first = failed[0]
        raise VerificationError(
            f"the bundle does not hold ({first.check}: {first.why})", first.object, "please report it"
        )
    tell("demo.verified", passed=sum(f.state == "pass" for f in findings), open=_open(findings))
    command = ["sh", str(bundle / "verify.sh"), str(roots), str(key)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, errors="replace")
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines()
        raise VerificationError(
            "verify.sh does not accept the bundle", said[-1] if said else str(bundle), "please report it"
        )
    tell("demo.script")


def _open(findings: Sequence[Any]) -> int:
    return sum(finding.state == "not_checked" for finding in findings)


def _report(bundle: Path, language: str) -> Path:
    folder = bundle / "data" / "reports"
    printed = folder / f"report-{language}.pdf"
    return printed if printed.is_file() else folder / "report.html"
