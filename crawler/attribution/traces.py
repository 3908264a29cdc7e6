"""What a page and its header say of who runs the site: filing numbers, accounts of analytics and advertising, software.

Any one of them may be copied by anybody: each is a statement of the page, never proof of an operator by itself.
"""

import re
from collections.abc import Sequence

from crawler.statement import Confidence, StatementKind

_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_SHAPES: tuple[tuple[StatementKind, re.Pattern[str], Confidence], ...] = (
    ("filing", re.compile(rf"([{_PROVINCES}])\s?ICP\s?(备|证)\s?(\d{{6,10}})\s?号(-\d{{1,3}})?"), "medium"),
    ("security-filing", re.compile(rf"([{_PROVINCES}])?\s?公网安备\s?(\d{{14}})\s?号?"), "medium"),
    ("analytics", re.compile(r"hm\.baidu\.com/hm\.js\?([0-9a-f]{32})"), "medium"),
    ("analytics", re.compile(r"(?<![\w-])(UA-\d{4,10}-\d{1,3})(?![\w-])"), "medium"),
    ("analytics", re.compile(r"(?<![\w-])(G-[A-Z0-9]{8,12})(?![\w-])"), "medium"),
    ("analytics", re.compile(r"(?<![\w-])(GTM-[A-Z0-9]{5,8})(?![\w-])"), "medium"),
    ("advertising", re.compile(r"(?<![\w-])(ca-pub-\d{16})(?!\d)"), "medium"),
)
_LONGEST = 2_000_000


def traces(page: str, fields: Sequence[tuple[str, str]]) -> list[tuple[StatementKind, str, Confidence]]:
    """Kind, value and confidence of each trace, once each, in the order of the page; a filing without its spaces."""
    found: dict[tuple[StatementKind, str], Confidence] = {}
    for kind, shape, confidence in _SHAPES:
        for one in shape.finditer(page[:_LONGEST]):
            value = re.sub(r"\s", "", one[0]) if kind in ("filing", "security-filing") else one[1]
            found.setdefault((kind, value), confidence)
    for name, value in fields:
        if name.lower() == "server" and value.strip():
            found.setdefault(("server-software", value.strip()[:200]), "high")
    return [(kind, value, confidence) for (kind, value), confidence in found.items()]
