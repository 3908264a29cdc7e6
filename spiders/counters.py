"""The counters that a page shows beside what it offers: views, seeders, copies sold, each as displayed and as a number."""

import re

from crawler.model import Counter, CounterName

_AMOUNT = r"(?<![\w.,/:-])\d{1,3}(?:,\d{3})+\+?(?![\d.,]*\d)|(?<![\w.,/:-])\d+(?:\.\d+)?\s?(?:[kKmM](?![a-zA-Z])|[万萬千亿億wW](?![a-zA-Z]))?\+?"
_UNIT = r"(?!\d|\s?(?:[KMGT]i?B|B\b|%|:\d|/|-\d|\.\d|年|月|日))"
_LABELS: tuple[tuple[CounterName, str], ...] = (
    ("seeders", r"seed(?:er)?s?|做种(?:数|者)?|种子数"),
    ("leechers", r"leech(?:er)?s?|peers|下载者|下载中"),
    (
        "downloads",
        r"completed|(?:times )?downloaded|downloads?|grabs|snatch(?:es|ed)|下载(?:次数|热度|量|数)|完成(?:数)?",
    ),
    (
        "views",
        r"views?|viewed|浏览(?:次数|量|数)?|点击(?:量|数)?|查看(?:次数)?|观看(?:次数|量)?|阅读(?:量|数)?|热度|人气",
    ),
    ("sold", r"(?:items? |units? |total )?sold|sales|orders|已售|销量|月销(?:量)?|累计成交|成交(?:量)?"),
)
_AFTER: tuple[tuple[CounterName, str], ...] = (
    ("sold", r"sold|人付款|人已?购买|件已售|笔成交"),
    ("views", r"views?|次(?:浏览|观看|播放|点击)|人(?:浏览|看过)"),
    ("downloads", r"downloads|次下载|人下载"),
    ("seeders", r"seed(?:er)?s"),
    ("leechers", r"leech(?:er)?s|peers"),
)
_NAMED = tuple(
    (name, re.compile(rf"(?<![a-z])(?:{label})\s{{0,3}}[:\uff1a]?\s{{0,3}}({_AMOUNT}){_UNIT}", re.I))
    for name, label in _LABELS
)
_FOLLOWED = tuple((name, re.compile(rf"({_AMOUNT})\s?(?:{label})(?![a-z])", re.I)) for name, label in _AFTER)
_POWERS = {"k": 1_000, "千": 1_000, "m": 1_000_000, "w": 10_000, "万": 10_000, "萬": 10_000, "亿": 10**8, "億": 10**8}
_LONGEST = 20_000


def counters(text: str) -> tuple[Counter, ...]:
    """The counters named in a text, the first of each name; amounts that belong to sizes, days and prices are none."""
    text = text[:_LONGEST]
    found: dict[CounterName, Counter] = {}
    for name, pattern in (*_NAMED, *_FOLLOWED):
        match = pattern.search(text) if name not in found else None
        if match:
            found[name] = Counter(name, match[1].strip(), number(match[1]))
    return tuple(found.values())


def number(shown: str) -> int:
    """An amount as displayed, in full: 1.2k is 1200 and 1.2万 is 12000. Raises ValueError for no amount."""
    plain = shown.strip().rstrip("+").replace(",", "").strip()
    power = _POWERS.get(plain[-1:].lower(), 1)
    digits = plain[:-1].strip() if power != 1 else plain
    return round(float(digits) * power)
