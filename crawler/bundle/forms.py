"""The forms: filled in from the record where the record knows, blank where a person must (format.md 10)."""

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from crawler import clock
from crawler.bundle.bag import Bag
from crawler.bundle.casefile import CaseFile
from crawler.bundle.markings import one_line
from crawler.bundle.tables import cell
from crawler.wording import say

CHECKLIST = ("序号", "证据编号", "类别", "文件名称", "文件格式", "大小（字节）", "来源网址", "提取时间（UTC）", "提取时间（北京时间）", "完整性校验算法", "完整性校验值", "提取人", "备注")  # fmt: skip
KINDS = {
    "page.html": ("网页", "HTML"),
    "screenshot.png": ("网页截图", "PNG"),
    "dom.html": ("浏览器文档", "HTML"),
    "text.txt": ("条目正文", "纯文本"),
}
BEIJING = timedelta(hours=8)


def write(
    bag: Bag, case: CaseFile, captures: Sequence[Mapping[str, Any]], *,
    bundle: str, software: str, fingerprint: str, stamps: Mapping[str, str], span: tuple[str, str],
) -> None:  # fmt: skip
    """Write the custody receipt, the two Chinese forms and the American certificate.

    `stamps` says in each language what stamps the records carry; `span` is the time of the
    first and of the last exchange.
    """
    pages = [next(e for e in facts["exchanges"] if e["role"] == "page") for facts in captures]
    common = {
        "bundle": bundle,
        "case_id": one_line(case.case_id),
        "title": one_line(case.row.title),
        "exhibits": len(case.exhibits),
        "software": software,
        "fingerprint": fingerprint,
        "start": span[0],
        "end": span[1],
        "start_cn": beijing(span[0]),
        "end_cn": beijing(span[1]),
        "payload_sha256": "______________________________",
    }
    receipts = [say("bundle.forms.custody", language, **common).lstrip() for language in ("en", "zh")]
    bag.add("data/forms/custody-receipt.md", "\n\n".join(receipts).encode("utf-8"))
    steps = {
        language: "\n".join(
            say(
                "bundle.forms.extraction_step", language,
                number=exhibit.number, time=page["started"], url=one_line(page["url"]), address=page["peer"]["address"],
                status=page["status"], sha256=page["response"]["sha256"], title=one_line(exhibit.listing["title"]),
            )
            for exhibit, page in zip(case.exhibits, pages, strict=True)
        )
        for language in ("en", "zh")
    }  # fmt: skip
    record = say(
        "bundle.forms.extraction", "zh",
        **common, steps=steps["zh"], stamps=stamps["zh"], uncounselled=say("bundle.forms.uncounselled", "zh"),
    )  # fmt: skip
    bag.add("data/forms/cn-tiqu-bilu.md", record.lstrip().encode("utf-8"))
    certificate = say(
        "bundle.forms.certificate", "en",
        **common, exhibit_lines=steps["en"], stamps=stamps["en"], uncounselled=say("bundle.forms.uncounselled", "en"),
    )  # fmt: skip
    bag.add("data/forms/us-fre-902-13-14.md", certificate.lstrip().encode("utf-8"))
    bag.add("data/forms/cn-qingdan.csv", checklist(bag, case, captures))


def checklist(bag: Bag, case: CaseFile, captures: Sequence[Mapping[str, Any]]) -> bytes:
    """电子数据提取固定清单: type, format, size and check value of each exhibit's files and of the record files."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(CHECKLIST)
    number = 0
    for exhibit, facts in zip(case.exhibits, captures, strict=True):
        page = next(e for e in facts["exchanges"] if e["role"] == "page")
        for name, (kind, form) in KINDS.items():
            if name not in facts["files"]:
                continue
            number += 1
            row = (
                number, exhibit.name, kind, f"captures/{exhibit.name}/{name}", form, facts["files"][name]["bytes"],
                page["url"], page["started"], beijing(page["started"]), "SHA-256", facts["files"][name]["sha256"], "", "",
            )  # fmt: skip
            writer.writerow([cell(value) for value in row])
    for name, written in sorted(bag.payload.items()):
        if name.endswith(".warc.gz"):
            number += 1
            row = (
                number, "", "原始请求与响应数据", name.removeprefix("data/"), "WARC 1.1 (gzip)", written.bytes, "", "", "",
                "SHA-256", written.sha256, "", "",
            )  # fmt: skip
            writer.writerow([cell(value) for value in row])
    return b"\xef\xbb\xbf" + text.getvalue().encode("utf-8")


def beijing(moment: str) -> str:
    """A UTC time in China Standard Time, to the second."""
    return (clock.parse(moment) + BEIJING).strftime("%Y-%m-%d %H:%M:%S")
