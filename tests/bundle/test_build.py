"""What a bundle holds, and that equal cases give equal payloads."""

import csv
import hashlib
import io
import json
import re
import zipfile

import pytest
from lxml import html

from crawler import clock
from crawler.bundle import layout, paper
from crawler.bundle.build import build
from crawler.errors import TimestampError
from tests.bundle import case_workspace
from tests.bundle.conftest import Made


@pytest.fixture(scope="module")
def made(printed: Made) -> Made:
    """The bundle with all that a bundle may hold."""
    return printed


def test_every_file_of_the_layout_is_there(made: Made) -> None:
    bundle = made.built.bundle
    assert layout.BUNDLE_NAME.match(bundle.name)
    for name in (*layout.TAG_FILES, *layout.TAG_MANIFESTS, layout.SIGNATURE, layout.PUBLIC_KEY, *layout.PAYLOAD):
        assert (bundle / name).is_file(), name
    for suffix in ("tsq", "tsr", "chain.pem", "json"):
        assert (bundle / f"timestamps/practice.{suffix}").is_file()
    case = json.loads((bundle / layout.CASE).read_text())
    assert made.built.exhibits == len(case["exhibits"]) == 3
    for exhibit in case["exhibits"]:
        for name in layout.EXHIBIT_FILES:
            assert (bundle / "data" / exhibit["folder"] / name).is_file()
        assert (bundle / layout.inclusion(exhibit["exhibit"])).is_file()
    assert {path.name for path in (bundle / "data/forms").iterdir()} == {
        "custody-receipt.html", "cn-tiqu-bilu.html", "cn-qingdan.csv", "cn-qingdan.html", "us-fre-902-13-14.html",
    }  # fmt: skip
    names = [path.relative_to(bundle).as_posix() for path in bundle.rglob("*")]
    assert all(len(name) < layout.PATH_LIMIT and name.isascii() for name in names)


def test_page_is_the_decoded_entity_and_text_is_what_spans_point_into(made: Made) -> None:
    for number, offer in enumerate(case_workspace.OFFERS):
        folder = made.built.bundle / layout.capture_folder(f"01JEXH{number:020d}")
        assert (folder / "page.html").read_bytes() == case_workspace.page(offer.title, offer.text)
        text = (folder / "text.txt").read_bytes().decode()
        assert text == offer.text
        hit = json.loads((folder / "hit.json").read_text())
        for reason in hit["reasons"]:
            if reason["in"] == "body":
                assert text[slice(*reason["span"])] == offer.title[slice(*offer.title_span)]
        assert hit["decisions"][-1]["verdict"] == "infringing"
        assert "private note" not in (folder / "hit.json").read_text()
        assert (folder / "screenshot.png").is_file() == offer.picture
        assert (folder / "tls-chain.pem").is_file() == offer.encrypted


def test_two_exports_of_an_unchanged_case_have_the_same_payload(made: Made) -> None:
    case = made.case
    again = build(case.store, case.workspace, case.case_id, stamp=case.send)
    assert again.bundle != made.built.bundle
    first = (made.built.bundle / "manifest-sha256.txt").read_bytes()
    assert (again.bundle / "manifest-sha256.txt").read_bytes() == first
    assert again.payload_sha256 == made.built.payload_sha256 == hashlib.sha256(first).hexdigest()


def test_nothing_of_another_case_and_no_private_note_is_disclosed(made: Made) -> None:
    for path in made.built.bundle.rglob("*"):
        if path.is_file() and path.suffix not in (".pdf", ".gz", ".wacz"):
            data = path.read_bytes()
            assert b"another-case" not in data, path
            assert b"a private note" not in data, path


def test_the_log_proves_an_earlier_state(made: Made) -> None:
    value = json.loads((made.built.bundle / layout.CONSISTENCY).read_text())
    assert {item["what"].split(" ")[0] for item in value["earlier"]} == {"seal", "beginning"}
    assert value["earlier"][0]["size"] < value["size"]


def test_spreadsheets_run_no_cell(made: Made) -> None:
    data = (made.built.bundle / layout.EXHIBITS).read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert rows[1]["title"].startswith("'=The Lantern Sea")
    assert not [value for row in rows for value in row.values() if value[:1] in "=+-@\t" and value]


def test_reports_hold_no_link_that_leads_out(made: Made) -> None:
    html = (made.built.bundle / layout.HTML_REPORT).read_text()
    assert set(re.findall(r'href="([^"]*)"', html)) <= {"#en", "#zh-Hans"} | {
        f"#{lang}-{number}" for lang in ("en", "zh-Hans") for number in (1, 2, 3)
    }
    assert "<mark>灯海归航</mark>" in html
    assert "<b>粗</b>" not in html
    assert "[RLO]" in html
    assert "\u202e" not in html
    assert "https://pan.drive.example/s/1aBcDeFgH" in html
    for language in ("en", "zh"):
        assert b"/URI" not in (made.built.bundle / layout.report(language)).read_bytes()


def test_pages_of_the_web_archive_are_the_exhibits(made: Made) -> None:
    path = next((made.built.bundle / "data/wacz").iterdir())
    with zipfile.ZipFile(path) as archive:
        header, *pages = [json.loads(line) for line in archive.read("pages/pages.jsonl").splitlines()]
        index = archive.read("indexes/index.cdxj").decode()
    assert header["format"] == "json-pages-1.0"
    assert [page["id"] for page in pages] == [f"01JEXH{number:020d}" for number in range(3)]
    for page in pages:
        time = re.sub(r"\D", "", page["ts"])[:14]
        assert any(f" {time} " in line and f'"url": "{page["url"]}"' in line for line in index.splitlines())


def test_export_is_entered_in_ledger_and_store(made: Made) -> None:
    line = next(
        entry
        for entry in map(json.loads, made.case.workspace.ledger.read_text().splitlines())
        if entry["type"] == "export" and entry["bundle"] == made.built.bundle.name
    )
    assert line["payload_sha256"] == made.built.payload_sha256
    row = made.case.store.row("SELECT * FROM bundles WHERE bundle_id = ?", (made.built.bundle.name,))
    assert row is not None
    assert row["ledger_seq"] == line["seq"]
    assert row["folder"] == str(made.built.bundle)


def test_export_time_stands_in_bag_info_and_name_alone(made: Made) -> None:
    information = (made.built.bundle / "bag-info.txt").read_text()
    time = re.search(r"Export-UTC: (\S+)", information)
    assert time
    stamp = clock.parse(time[1]).strftime("%Y%m%dT%H%M%SZ")
    for path in (made.built.bundle / "data").rglob("*"):
        if path.is_file():
            assert stamp.encode() not in path.read_bytes(), path
            assert made.built.bundle.name.encode() not in path.read_bytes(), path


@pytest.mark.parametrize("failing", [True, False])
def test_a_silent_authority_is_pending_and_none_is_unstamped(
    made: Made, failing: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    def refuse(authority: object, query: bytes) -> bytes:
        raise TimestampError("no stamp (down)", "authority practice")

    if failing:
        built = build(made.case.store, made.case.workspace, made.case.case_id, stamp=refuse)
        assert built.pending == {"practice": "no stamp (down); authority practice"}
        state, words = "pending", "practice (pending)"
    else:
        case = case_workspace.make(tmp_path_factory.mktemp("unstamped") / "workspace", None, case_workspace.OFFERS[2:])
        built = build(case.store, case.workspace, case.case_id, stamp=refuse)
        case.store.close()
        assert built.unstamped
        assert "UNSTAMPED" in built.notes[0]
        state, words = "UNSTAMPED", "none (UNSTAMPED)"
    information = (built.bundle / "bag-info.txt").read_text()
    assert f"Timestamp-State: {state}\n" in information
    assert f"Timestamp-Authorities: {words}\n" in information
    assert not (built.bundle / "timestamps").exists()
    readme = (built.bundle / "README-en.md").read_text()
    assert ("PENDING" if failing else "UNSTAMPED") in readme


def test_the_report_says_at_a_glance_which_servers_and_where_the_copies_are(made: Made) -> None:
    text = (made.built.bundle / layout.HTML_REPORT).read_text()
    for said in ("At a glance", "概况", "127.0.0.1, 443", '<td class="url">pan.drive.example</td>'):
        assert said in text, said


def test_a_form_prints_text_from_a_page_as_text() -> None:
    hostile = "<script>x</script> [a](http://evil.example/) ![b](x.png) `code` a|b # c * d _e_ &amp;"
    printed = paper.sheets(("en", f"# Form\n\n| | |\n|---|---|\n| Title | {paper.quiet(hostile)} |\n")).decode()
    cell = html.fromstring(printed).xpath("//td[2]")[0]
    assert cell.text_content() == hostile
    assert not list(cell)
