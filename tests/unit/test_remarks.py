"""Remarks of the record in Chinese: each that is known, whatever is filled in; other words as they stand."""

import re
from string import Formatter

import pytest

from crawler.wording import topic
from crawler.wording.remarks import remark

ENTRIES = [(group, name, entry) for group, found in topic("remarks").items() for name, entry in found.items()]


@pytest.mark.parametrize(("group", "name", "entry"), ENTRIES, ids=lambda one: one if isinstance(one, str) else "")
def test_each_is_told_in_chinese(group: str, name: str, entry: dict[str, str]) -> None:
    names = [name for _, name, _, _ in Formatter().parse(entry["en"]) if name]
    facts = dict.fromkeys(names, "7")
    assert remark(entry["en"].format(**facts), "zh") == entry["zh"].format(**facts)
    assert remark(entry["en"].format(**facts), "en") == entry["en"].format(**facts)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("http://a.example/: refused: robots.txt forbids it (/private)", "http://a.example/：未访问：robots.txt 不允许（/private）"),
        ("address refused (127.0.0.1 is a private or loopback address); a.example:80; raise --max-requests",
         "地址不予访问（127.0.0.1 是内网或本机地址）；a.example:80；可调大 --max-requests"),
        ("robots.txt could not be reached (dns: a.example: [Errno -2] Name or service not known)",
         "无法取得 robots.txt（域名解析失败：a.example：域名不存在）"),
        ("the visit ended early: the site answered 503 5 times in a row", "访问提前结束：网站连续 5 次答复 503"),
        ("record plain: 173 bytes as sent, 3 records read back; ledger: 2 entries hold, a changed one does not (61 ms)",
         "记录（明文）：173 字节与发送时一致，读回 3 条记录；存证日志：2 条校验通过，改动过的一条不通过（61 毫秒）"),
        ("2026-11-23T01:25:45Z, not synchronised (adjtimex)", "2026-11-23T01:25:45Z，未同步（adjtimex）"),
        ("Just a moment...", "Just a moment..."),
    ],
)  # fmt: skip
def test_what_is_filled_in_is_told_too(said: str, told: str) -> None:
    assert remark(said, "zh") == told


def test_no_english_is_left_in_what_is_known() -> None:
    for group, _, entry in ENTRIES:
        if group == "doctor":
            # It names programs and packages.
            continue
        words = re.sub(
            r"\{\w+\}|JavaScript|robots\.txt|TLS|crawl\.max_depth|--max-requests|network\.allow_private = true",
            "",
            entry["zh"],
        )
        assert not re.search(r"[A-Za-z]", words), entry
