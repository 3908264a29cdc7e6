"""The forms: filled in from the record where the record knows, blank where a person must (format.md 10)."""

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from crawler import clock
from crawler.bundle import layout
from crawler.bundle.bag import Bag
from crawler.bundle.casefile import CaseFile
from crawler.bundle.markings import one_line
from crawler.bundle.paper import LONG_PART, Form, grid, numbered, quiet, sheets
from crawler.bundle.tables import cell
from crawler.wording import say

CHECKLIST = ("序号", "证据项", "证据编号", "类别", "文件名称", "文件格式", "大小（字节）", "来源网址", "提取时间（UTC）", "提取时间（北京时间）", "完整性校验算法", "完整性校验值", "提取人", "备注")  # fmt: skip
KINDS = {
    "page.html": ("网页", "HTML"),
    "screenshot.png": ("网页截图", "PNG"),
    "dom.html": ("浏览器文档", "HTML"),
    "rendered.html": ("条目所据的浏览器文档", "HTML"),
    "dom.txt": ("浏览器所示文字", "纯文本"),
    "text.txt": ("条目正文", "纯文本"),
}
BEIJING = timedelta(hours=8)
MADE_BY_BROWSER = ("screenshot.png", "dom.html", "dom.txt")
ON_PAPER = (0, 1, 3, 4, 6, 9, 11)
"""The columns of the list that fit on a sheet; the CSV file has all."""
BLANK, SHORT = r"\_" * 30, r"\_" * 12


def write(
    bag: Bag, case: CaseFile, captures: Sequence[Mapping[str, Any]], *,
    bundle: str, software: str, collector: Sequence[str], fingerprint: str, stamps: Mapping[str, str],
    span: tuple[str, str],
) -> None:  # fmt: skip
    """Write the custody receipt, the two Chinese forms and the American certificate.

    `stamps` says in each language what stamps the records carry; `span` is the time of the
    first and of the last exchange.
    """
    common = {
        "bundle": bundle,
        "case_id": quiet(one_line(case.case_id)),
        "title": quiet(one_line(case.row.title)),
        "exhibits": len(case.exhibits),
        "software": quiet(software),
        "fingerprint": fingerprint,
        "start": second(span[0]),
        "end": second(span[1]),
        "start_cn": beijing(span[0]),
        "end_cn": beijing(span[1]),
        "blank": BLANK,
        "short": SHORT,
    }
    rows = checklist(bag, case, captures, "；".join(collector))
    table = [CHECKLIST, *rows]

    def form(name: str, language: str, **facts: str) -> Form:
        uncounselled = say("bundle.forms.uncounselled", language)
        told = quiet(stamps[language])
        return language, say(
            f"bundle.forms.{name}", language, **common, **facts, stamps=told, uncounselled=uncounselled
        )

    bag.add("data/forms/custody-receipt.html", sheets(form("custody", "en"), form("custody", "zh")))
    for name, kind, language in (("cn-tiqu-bilu", "extraction", "zh"), ("us-fre-902-13-14", "certificate", "en")):
        steps = numbered(_steps(case, captures, language))
        bag.add(f"data/forms/{name}.html", sheets(form(kind, language, steps=LONG_PART), long_part=steps))
    listed = grid(_printed(table))
    bag.add("data/forms/cn-qingdan.html", sheets(form("checklist", "zh", rows=LONG_PART), long_part=listed))
    bag.add("data/forms/cn-qingdan.csv", _csv(table))


def _steps(case: CaseFile, captures: Sequence[Mapping[str, Any]], language: str) -> list[str]:
    """What was done for each exhibit, one line each, in the order of their numbers."""
    lines = []
    for exhibit, facts in zip(case.exhibits, captures, strict=True):
        page = next(e for e in facts["exchanges"] if e["role"] == "page")
        lines.append(
            say(
                "bundle.forms.extraction_step", language,
                time=second(page["started"]), time_cn=beijing(page["started"]), url=one_line(page["url"]),
                address=page["peer"]["address"], status=page["status"],
                sha256=page["response"]["sha256"], title=one_line(exhibit.listing["title"]),
            )
        )  # fmt: skip
    return lines


def checklist(bag: Bag, case: CaseFile, captures: Sequence[Mapping[str, Any]], collector: str) -> list[tuple[Any, ...]]:
    """电子数据提取固定清单: type, format, size and check value of each exhibit's files and of the record files."""
    rows: list[tuple[Any, ...]] = []

    def add(
        exhibit: tuple[int | str, str], kind: str, file: str, form: str, size: int, url: str, time: str, sha256: str
    ) -> None:
        local = beijing(time) if time else ""
        rows.append(
            (len(rows) + 1, *exhibit, kind, file, form, size, url, time, local, "SHA-256", sha256, collector, "")
        )

    for exhibit, facts in zip(case.exhibits, captures, strict=True):
        page = next(e for e in facts["exchanges"] if e["role"] == "page")
        for name, (kind, form) in KINDS.items():
            if name not in facts["files"]:
                continue
            file, found = f"captures/{exhibit.name}/{name}", facts["files"][name]
            drawn = exhibit.capture if name in MADE_BY_BROWSER else None
            if name == layout.RENDERED:
                drawn = exhibit.rendering
            time = clock.stamp(clock.parse(drawn.captured_at)) if drawn else page["started"]
            add((exhibit.number, exhibit.name), kind, file, form, found["bytes"], page["url"], time, found["sha256"])
    for name, written in sorted(bag.payload.items()):
        if name.endswith(".warc.gz"):
            file = name.removeprefix("data/")
            add(("", ""), "原始请求与响应数据", file, "WARC 1.1 (gzip)", written.bytes, "", "", written.sha256)
    return rows


def _csv(table: Sequence[Sequence[Any]]) -> bytes:
    """The list for a spreadsheet: UTF-8 with a byte order mark, RFC 4180."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows([cell(value) for value in row] for row in table)
    return b"\xef\xbb\xbf" + text.getvalue().encode("utf-8")


def _printed(table: Sequence[Sequence[Any]]) -> list[list[str]]:
    """The columns of the list that fit on paper."""
    return [[one_line(str(row[column])) for column in ON_PAPER] for row in table]


def second(moment: str) -> str:
    """A UTC time to the second, for people."""
    return clock.parse(moment).strftime("%Y-%m-%d %H:%M:%S")


def beijing(moment: str) -> str:
    """A UTC time in China Standard Time, to the second."""
    return (clock.parse(moment) + BEIJING).strftime("%Y-%m-%d %H:%M:%S")
