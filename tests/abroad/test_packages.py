"""A referral's package: complete in each language, the same for the same case, and nothing in it that rests on nothing."""

import csv
import io
import json
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from crawler.bundle.referral import press
from crawler.bundle.referral.language import template
from crawler.desk import conducting, dossiers, packaging, translating
from crawler.desk.packaging import Packaged
from crawler.desk.verifying import verify
from crawler.errors import EvidenceError, RefusedError, UnknownObjectError, UsageError
from crawler.statement import Statement
from crawler.store import statements
from tests.abroad import guarded
from tests.abroad.guarded import Guarded
from tests.bundle.case_workspace import START
from tests.cli.titlewatch import COMMAND, environment

SHEETS = ("cover", "facts", "exhibits", "thresholds", "attribution", "translation-status", "custody-receipt")
SECRET_ORIGIN, OPERATOR = "203.0.113.77", "Operator Nameless"


@dataclass
class Made:
    """A package, and the case that it is of."""

    case: Guarded
    referral: str
    packaged: Packaged

    def text(self, name: str) -> str:
        """The text of one of its PDFs, in one line."""
        pages = PdfReader(self.packaged.package / name).pages
        return " ".join(" ".join(page.extract_text() for page in pages).split())

    def json(self, name: str) -> Any:
        return json.loads((self.packaged.package / name).read_text(encoding="utf-8"))


def said(number: int, host: str, kind: str, value: str, **more: Any) -> Statement:
    return Statement(
        f"ST{number:02d}",
        host,
        kind,
        value,
        START,
        "a resolver",
        "medium",
        f"exchange {number}",
        **more,  # type: ignore[arg-type]
    )


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    """A package in both languages; one host's server is in Canada, the other's is behind an edge in the Netherlands."""
    folder = tmp_path_factory.mktemp("packages")
    with pytest.MonkeyPatch.context() as patch:
        case = guarded.copy(guarded.build(folder), folder / "W2", patch)
        with case.store.transaction() as connection:
            statements.write(
                connection,
                [
                    said(1, "harbour.example", "address", "192.0.2.7"),
                    said(2, "harbour.example", "country", "CA", about="192.0.2.7"),
                    said(3, "attic.example", "address", "198.51.100.4"),
                    said(4, "attic.example", "edge", "ExampleCDN", about="198.51.100.4"),
                    said(5, "attic.example", "country", "NL", about="198.51.100.4"),
                    said(6, "harbour.example", "contact", SECRET_ORIGIN, handling="TLP:RED"),
                ],
            )
        conducting.add_party(
            case.store, case.workspace, case.case_id, "operator", OPERATOR, "op@box.example", "CN", "Li Si"
        )
        referral = case.opened().referral_id
        yield Made(case, referral, packaging.package(case.store, case.workspace, referral))
        case.store.close()


def test_it_has_every_sheet_in_both_languages_and_the_bundle_beside(made: Made) -> None:
    for language in ("en", "zh"):
        for sheet in SHEETS:
            pages = PdfReader(made.packaged.package / language / f"{sheet}.pdf").pages
            assert pages and pages[0].extract_text().strip(), (language, sheet)
    assert (made.packaged.package / made.packaged.bundle.name / "bagit.txt").is_file()
    assert made.packaged.package.name.startswith("TW-REFERRAL-") and made.packaged.languages == ("en", "zh")


def test_a_stranger_checks_it_with_common_tools(made: Made) -> None:
    folder = made.packaged.package
    assert subprocess.run(["sha256sum", "--quiet", "-c", "manifest-sha256.txt"], cwd=folder).returncode == 0
    command = [
        "openssl", "pkeyutl", "-verify", "-pubin", "-inkey", "signatures/signer.pub.pem", "-rawin", "-in",
        "manifest-sha256.txt", "-sigfile", "signatures/manifest-sha256.txt.ed25519",
    ]  # fmt: skip
    assert subprocess.run(command, cwd=folder, capture_output=True).returncode == 0
    listed = {line[66:] for line in (folder / "manifest-sha256.txt").read_text(encoding="utf-8").splitlines()}
    outside = {"manifest-sha256.txt", "signatures/signer.pub.pem", "signatures/manifest-sha256.txt.ed25519"}
    custody = f"{made.packaged.bundle.name}.custody.jsonl"
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert there - listed == {*outside, custody}


def failures(folder: Path, key: Path | None = None) -> list[tuple[str, str]]:
    return [(one.check, one.object) for one in verify(folder, key) if one.state == "fail"]


def test_verify_names_what_was_changed_added_taken_away_or_exchanged(made: Made, tmp_path: Path) -> None:
    key = made.case.workspace.keys / "signer.pub.pem"
    outside = tmp_path / "key.pem"
    shutil.copy(key, outside)
    assert failures(made.packaged.package, outside) == []

    def copy() -> Path:
        folder = tmp_path / made.packaged.package.name
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(made.packaged.package, folder)
        return folder

    spoilt = copy()
    with (spoilt / "en/facts.pdf").open("ab") as file:
        file.write(b" ")
    assert failures(spoilt, outside) == [("package file", "en/facts.pdf")]
    spoilt = copy()
    (spoilt / "en/more.pdf").write_bytes(b"%PDF")
    assert failures(spoilt, outside) == [("package file", "en/more.pdf")]
    spoilt = copy()
    (spoilt / "zh/cover.pdf").unlink()
    assert failures(spoilt, outside) == [("package file", "zh/cover.pdf")]
    spoilt = copy()
    bundle = made.packaged.bundle.name
    with (spoilt / bundle / "tagmanifest-sha256.txt").open("ab") as file:
        file.write(b"\n")
    assert ("package", bundle) in failures(spoilt, outside)
    spoilt = copy()
    manifest = spoilt / "manifest-sha256.txt"
    manifest.write_bytes(manifest.read_bytes() + b"0" * 64 + b"  en/none.pdf\n")
    assert ("package signature", "signatures/manifest-sha256.txt.ed25519") in failures(spoilt, outside)
    spoilt = copy()
    shutil.rmtree(spoilt / bundle)
    assert ("package", spoilt.name) in failures(spoilt, outside)


def test_a_second_package_of_the_unchanged_case_differs_in_what_it_calls_dated_alone(made: Made) -> None:
    again = packaging.package(made.case.store, made.case.workspace, made.referral, languages=["zh"])
    first, second = made.packaged.package, again.package
    names = {path.relative_to(second).as_posix() for path in second.rglob("*") if path.is_file()}
    own = {name for name in names if name.partition("/")[0] != again.bundle.name}
    differing = {
        name
        for name in own
        if not (first / name).is_file() or (first / name).read_bytes() != (second / name).read_bytes()
    }
    readme = (second / "README-en.md").read_text(encoding="utf-8")
    dated = {name for name in own if f"`{name}`" in readme.partition("carry a date")[2]}
    custody = f"{again.bundle.name}.custody.jsonl"
    assert differing == dated | {"manifest-sha256.txt", "signatures/manifest-sha256.txt.ed25519", custody}
    assert dated == {"README-en.md", "README-zh.md", "referral.json", "zh/cover.pdf", "zh/custody-receipt.pdf"}
    for name in ("zh/facts.pdf", "zh/exhibits.csv", "dossier.json"):
        assert name in own - differing


def test_no_page_has_a_link_or_says_when_it_was_made(made: Made) -> None:
    for path in sorted(made.packaged.package.glob("*/*.pdf")):
        document = PdfReader(path)
        assert not any(page.get("/Annots") for page in document.pages), path.name
        assert document.metadata is not None
        assert document.metadata.creation_date_raw is None and document.metadata.modification_date_raw is None, (
            path.name
        )


def test_each_fact_for_machines_names_what_it_rests_on(made: Made) -> None:
    def facts(value: Any) -> Iterator[dict[str, Any]]:
        if isinstance(value, dict):
            if "basis" in value and isinstance(value["basis"], list):
                yield value
            for one in value.values():
                yield from facts(one)
        elif isinstance(value, list):
            for one in value:
                yield from facts(one)

    dossier = made.json("dossier.json")
    found = list(facts(dossier))
    assert len(found) > 40 and all(one["basis"] for one in found)
    exhibits = {f"exhibit {item['exhibit_id']}" for item in dossier["items"]}
    assert all(set(copy["basis"]) <= exhibits for copy in dossier["copies"])
    assert {name for act in dossier["acts"] for name in act["basis"]} & exhibits


def test_every_short_name_on_a_page_is_explained_on_the_facts_sheet(made: Made) -> None:
    dossier = dossiers.gather(made.case.store, made.case.workspace, made.referral)
    known = {label for label, _ in dossier.labels()}
    text = made.text("en/facts.pdf")
    explained = text.partition("What the short names stand for")[2]
    assert all(f"{label} " in explained for label in known)
    assert "[R" in text and "E1-E3" in made.text("en/cover.pdf")


def test_an_edge_is_never_the_server_and_its_country_stands_for_nobody(made: Made) -> None:
    for language in ("en", "zh"):
        cover = made.text(f"{language}/cover.pdf")
        assert "CA" in cover and "NL" not in cover
    assert "ExampleCDN" in made.text("en/attribution.pdf")
    places = {(place["role"], place["country"]) for place in made.json("dossier.json")["places"]}
    assert ("edge", "NL") in places and ("server", "NL") not in places and ("server", "CA") in places


def test_what_its_source_lets_go_no_further_is_in_no_file(made: Made) -> None:
    for path in made.packaged.package.rglob("*"):
        if path.is_file() and made.packaged.bundle.name not in path.parts:
            assert SECRET_ORIGIN.encode() not in path.read_bytes(), path.name
    for language in ("en", "zh"):
        for sheet in SHEETS:
            assert SECRET_ORIGIN not in made.text(f"{language}/{sheet}.pdf"), sheet
    assert made.json("dossier.json")["withheld"] == 1


def test_parties_stand_there_by_their_roles_until_a_person_opens_their_names(made: Made) -> None:
    assert OPERATOR not in made.text("en/facts.pdf") and "operator" in made.text("en/facts.pdf")
    before = made.case.ledger()
    opened = dossiers.gather(made.case.store, made.case.workspace, made.referral, parties_by="Li Si")
    (entry,) = [json.loads(line) for line in made.case.ledger()[len(before) :].splitlines()]
    assert [party.name for party in opened.parties] == [OPERATOR] and (entry["type"], entry["by"]) == ("view", "Li Si")
    assert made.referral in entry["purpose"]


def test_unchecked_law_and_unverified_contacts_say_so(made: Made) -> None:
    assert "UNCHECKED" in made.text("en/thresholds.pdf") and "未核对" in made.text("zh/thresholds.pdf")
    assert "NOT VERIFIED" in made.text("en/cover.pdf") and "未经核实" in made.text("zh/cover.pdf")


def test_the_preservation_request_waits_for_a_look_within_a_day(made: Made) -> None:
    assert not list(made.packaged.package.glob("*/preservation-request.pdf"))
    assert "preservation" in made.packaged.left_out
    for name in ("README-en.md", "README-zh.md"):
        assert "24" in (made.packaged.package / name).read_text(encoding="utf-8").partition("preservation-request")[2]


def test_exhibits_for_a_spreadsheet(made: Made) -> None:
    data = (made.packaged.package / "en/exhibits.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    assert [row["number"] for row in rows] == ["E1", "E2", "E3"]
    assert rows[1]["title"].startswith("'=") and rows[0]["hosting_objects"] == "share:drive/1aBcDeFgH"
    assert {row["verdict"] for row in rows} == {"infringing"}


def test_nothing_is_called_translated_but_what_a_person_entered(case: Guarded) -> None:
    for work in ("lantern", "atlas"):
        case.authorise(work)
    referral = case.draft().referral_id
    assert dossiers.gather(case.store, case.workspace, referral).translations == ()
    exhibit = dossiers.gather(case.store, case.workspace, referral).items[0].exhibit_id
    told = {"part": "title", "source": "zh", "into": "en", "way": "human", "done_by": "Ann Lee"}
    translating.enter_translation(case.store, case.workspace, exhibit, **told)  # type: ignore[arg-type]
    (one,) = dossiers.gather(case.store, case.workspace, referral).translations
    assert (one.exhibit_id, one.part, one.by, one.way) == (exhibit, "title", "Ann Lee", "human")
    assert '"type":"translation"' in case.ledger()
    for wrong in ({"part": "soul"}, {"way": "magic"}, {"into": "English!"}, {"done_by": " "}):
        with pytest.raises(UsageError):
            translating.enter_translation(case.store, case.workspace, exhibit, **{**told, **wrong})  # type: ignore[arg-type]
    with pytest.raises(UnknownObjectError):
        translating.enter_translation(case.store, case.workspace, "01JNOBODY", **told)  # type: ignore[arg-type]


def test_a_shut_gate_leaves_nothing_behind(case: Guarded) -> None:
    for work in ("lantern", "atlas"):
        case.authorise(work)
    referral = case.draft()
    case.approve(referral, "li")
    with pytest.raises(RefusedError):
        packaging.package(case.store, case.workspace, referral.referral_id)
    exports = case.workspace.exports
    assert not exports.exists() or not list(exports.iterdir())
    assert '"act":"package"' not in case.ledger()


def test_what_cannot_be_printed_fails_before_anything_is_exported(case: Guarded) -> None:
    referral = case.opened()
    folder = case.workspace.folder / packaging.LANGUAGES
    folder.mkdir()
    endless = template("en").replace("to examine the case", "to examine the case, " * 400, 1)
    (folder / "qx.toml").write_text(endless, encoding="utf-8")
    with pytest.raises(EvidenceError, match="more than one page"):
        packaging.package(case.store, case.workspace, referral.referral_id, languages=["qx"], approval="MoJ 119")
    assert not case.workspace.exports.exists() or not list(case.workspace.exports.iterdir())
    ledger = case.ledger()
    assert not [act for act in ('"type":"export"', '"type":"approval"', '"act":"package"') if act in ledger]


def test_what_the_record_shows_of_each_host_stands_there_though_nobody_asked_for_it_before(made: Made) -> None:
    said = made.json("dossier.json")
    shown = {one["statement"]["host"] for one in said["statements"] if one["statement"]["kind"] == "address"}
    assert set(said["hosts"]) == shown
    assert "Nothing was observed of this host" not in made.text("en/attribution.pdf")
    sites = made.text("en/facts.pdf").partition("Sites and where they are")[2].partition("What was done")[0]
    assert said["hosts"] and all(host in sites for host in said["hosts"])


def test_its_papers_say_that_nothing_is_stamped(made: Made) -> None:
    for language in ("en", "zh"):
        for sheet in ("cover", "facts", "exhibits"):
            assert "UNSTAMPED" in made.text(f"{language}/{sheet}.pdf"), (language, sheet)
        assert "UNSTAMPED" in (made.packaged.package / f"README-{language}.md").read_text(encoding="utf-8")


def test_an_unknown_language_is_refused_before_anything_is_built(case: Guarded) -> None:
    referral = case.opened()
    with pytest.raises(UsageError, match="no such language"):
        packaging.package(case.store, case.workspace, referral.referral_id, languages=["qq"])
    assert not case.workspace.exports.exists() or not list(case.workspace.exports.iterdir())


def test_the_command_makes_it_and_the_ledger_says_so(made: Made) -> None:
    called = subprocess.run(
        [COMMAND, "referrals", "package", made.referral, "--language", "en", "--json"],
        cwd=made.case.workspace.folder, env=environment(), capture_output=True, text=True,
    )  # fmt: skip
    assert called.returncode == 0, called.stderr
    told = json.loads(called.stdout)
    folder = Path(told["package"])
    assert folder.is_dir() and told["languages"] == ["en"] and not (folder / "zh").exists()
    assert (folder / "README-zh.md").is_file()
    entry = json.loads(made.case.ledger().splitlines()[-1])
    assert (entry["type"], entry["act"], entry["package"]) == ("referral", "package", folder.name)
    assert entry["manifest_sha256"] == told["manifest_sha256"]
    checked = subprocess.run(
        [COMMAND, "verify", str(folder)], cwd=folder.parent, env=environment(), capture_output=True, text=True
    )
    assert checked.returncode == 0, checked.stdout
    assert press.pages((folder / "en/cover.pdf").read_bytes()) == 1
