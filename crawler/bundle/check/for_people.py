"""What was written for people: the list of the forms against the files that it lists; the rest is said to be not compared."""

import csv
import io
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from crawler.bundle import layout
from crawler.bundle.check.disclosed_tables import DANGEROUS
from crawler.bundle.check.members import apart, captures_of
from crawler.bundle.check.tree import Files
from crawler.model import Finding

LIST = "data/forms/cn-qingdan.csv"
FORMS = ("custody-receipt.html", "cn-tiqu-bilu.html", "cn-qingdan.html", "cn-qingdan.csv", "us-fre-902-13-14.html")
EARLY_FORMS = ("custody-receipt.md", "cn-tiqu-bilu.md", "us-fre-902-13-14.md")
"""As early versions wrote them."""
KINDS = ("page.html", "screenshot.png", "dom.html", "rendered.html", "dom.txt", "text.txt")
"""The files of an exhibit that are listed, in their order."""
BROWSER = ("screenshot.png", "dom.html", "dom.txt")
FILE, ITEM, EXHIBIT, SIZE, URL = "文件名称", "证据项", "证据编号", "大小（字节）", "来源网址"
UTC, LOCAL, ALGORITHM, HASH = "提取时间（UTC）", "提取时间（北京时间）", "完整性校验算法", "完整性校验值"
FORM_NAMES = frozenset(f"data/forms/{name}" for name in (*FORMS, *EARLY_FORMS))
REPORT_NAMES = frozenset({layout.HTML_REPORT, layout.report("en"), layout.report("zh")})


def check_for_people(files: Files, said: Mapping[str, str]) -> Iterator[Finding]:
    """Check the list of the forms and which reports are there; name what is only protected."""
    yield from _reports(files, said)
    if LIST in files.sizes:
        yield from _listed(files)
    why = "written for people from the same facts: protected by manifests and signature, not compared with the record"
    for which in ("data/reports", "data/forms/*.html", "README-en.md, README-zh.md"):
        yield Finding("for people", which, "not_checked", None, None, why)
    why = "a program: protected by manifests and signature, not looked into; run a copy from elsewhere"
    yield Finding("for people", "verify.sh", "not_checked", None, None, why)


def _reports(files: Files, said: Mapping[str, str]) -> Iterator[Finding]:
    """The label says which reports lie there."""
    label = said.get("Reports")
    if label is None:
        return
    printed = all(layout.report(language) in files.sizes for language in ("en", "zh"))
    none = not any(layout.report(language) in files.sizes for language in ("en", "zh"))
    if not (label == "html, pdf" and printed) and not (label.startswith("html only (") and none):
        found = ", ".join(name.rpartition("/")[2] for name in files.under("data/reports/"))
        yield Finding("bag-info.txt", "Reports", "fail", label, found, "not the reports that lie there")


def _listed(files: Files) -> Iterator[Finding]:
    """Each row of the list has name, place, time, size and hash of a file; every file of its kinds has a row."""
    data = files.read(LIST)
    csv.field_size_limit(1 << 26)
    reader = csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    rows = list(reader)
    columns, expected = reader.fieldnames or (), _expected(files)
    names = [row.get(FILE) for row in rows]
    if not any(name and str(name).endswith("/dom.txt") for name in names):
        # Early versions did not list the text that a browser showed.
        expected = {name: facts for name, facts in expected.items() if not name.endswith("/dom.txt")}
    if names != list(expected) or not data.startswith(b"\xef\xbb\xbf"):
        why = "not one row for each file, in their order"
        yield Finding("list", LIST, "fail", ", ".join(expected)[:200], ", ".join(map(str, names))[:200], why)
        return
    for number, (row, (name, facts)) in enumerate(zip(rows, expected.items(), strict=True), 1):
        for column, value in {"序号": number, ALGORITHM: "SHA-256", **facts}.items():
            if column in (UTC, LOCAL) and ITEM not in columns:
                # They gave every file the time of its page.
                continue
            wanted = f"'{value}" if str(value).startswith(DANGEROUS) else str(value)
            # Lists of early versions have fewer columns; name, size and hash stand in all of them.
            if row.get(column, wanted if column in (ITEM, UTC, LOCAL) else None) != wanted:
                why = "does not agree with the record"
                one, other = apart(wanted, row.get(column))
                yield Finding("list", f"{LIST} {name} {column}", "fail", one, other, why)


def _expected(files: Files) -> dict[str, dict[str, Any]]:
    case, found = files.json(layout.CASE), {}
    for exhibit, (path, capture) in zip(case["exhibits"], captures_of(files, case).items(), strict=True):
        page = next(one for one in capture["exchanges"] if one["role"] == "page")
        folder = path.rpartition("/")[0]
        taken = [one for one in capture["captures"] if layout.RENDERED not in one["files"]]
        newest = max(taken, key=lambda one: int(one["ledger_seq"]), default=None)
        for name in KINDS:
            if name not in capture["files"]:
                continue
            time = newest["captured"] if newest and name in BROWSER else page["started"]
            if name == layout.RENDERED:
                time = next(one["captured"] for one in reversed(capture["captures"]) if name in one["files"])
            found[f"{folder.removeprefix('data/')}/{name}"] = {
                ITEM: exhibit["number"], EXHIBIT: exhibit["exhibit"], URL: page["url"], UTC: time, LOCAL: _local(time),
                **_digest(files, f"{folder}/{name}"),
            }  # fmt: skip
    for name in files.under("data/warc/"):
        if name.endswith(".warc.gz"):
            none = dict.fromkeys((ITEM, EXHIBIT, URL, UTC, LOCAL), "")
            found[name.removeprefix("data/")] = none | _digest(files, name)
    return found


def _digest(files: Files, name: str) -> dict[str, Any]:
    return {SIZE: files.sizes.get(name), HASH: files.sha256(name) if name in files.sizes else None}


def _local(time: str) -> str:
    """The time in China, to the second."""
    return (datetime.fromisoformat(time) + timedelta(hours=8)).strftime("%Y-%m-%d %H:%M:%S")
