"""Prices as people write them, in any notation and currency."""

import re
from collections.abc import Iterator

from crawler.matching.numbers import numbers
from crawler.matching.scan import given
from crawler.text import IDEOGRAPH, class_of, folded

_BEFORE = ("us$", "a$", "c$", "s$", "hk$", "nt$", "r$", "$", "€", "£", "¥", "₽", "₺", "₴", "₹", "₩", "฿", "₫", "₱", "usd", "eur", "gbp", "rmb", "chf", "cad", "aud", "inr", "php", "idr", "myr", "pln", "rm", "rp", "rs", "php")  # fmt: skip
_AFTER = (
    "$", "€", "£", "¥", "₽", "₺", "₴", "₹", "₩", "฿", "₫", "₱", "usd", "eur", "euro", "euros", "gbp", "pounds", "quid", "fiver", "bucks", "buck", "dollars", "dollar", "dolares",
    "dollari", "pesos", "peso", "reais", "real", "soles", "zl", "zloty", "zlotych", "pln", "kc", "czk", "korun", "sek", "nok", "dkk", "kr", "kroner", "kronor", "kronen", "руб", "рублей", "рубля", "грн", "гривен", "гривень", "uah", "lei", "ron", "lv",
    "leva", "tl", "lira", "dinara", "rsd", "eura", "eur.", "chf", "franken", "fr.", "rs", "rupees", "rupiah", "ribu", "rb", "vnd", "dong", "baht", "yen", "yuan", "rmb", "cent", "cents", "centow", "cts", "元", "块", "块钱", "刀", "包邮", "円",
)  # fmt: skip
# A foot is "ft" as well: money comes in hundreds of them.
_LARGE = ("ft", "huf", "forint", "k vnd")
_WORDS = (
    "price",
    "preis",
    "precio",
    "preco",
    "prix",
    "prezzo",
    "cena",
    "pret",
    "pris",
    "fiyat",
    "harga",
    "цена",
    "ціна",
)
_SPELLED = given("quid", "bucks", "dollars", "euro", "pounds", "rupees", "lei", "kronor", "kroner", "tenner", "fiver")


def _any(units: tuple[str, ...]) -> str:
    return "|".join(re.escape(name) for name in sorted({folded(unit) for unit in units}, key=len, reverse=True))


# Every price is looked for from its number: an expression that begins with all the currencies is slow on long texts.
_NUMBER = re.compile(r"(?!0+(?:[.,]0+)?(?!\d))\d{1,7}(?:[.,' ]\d{3}(?!\d))*(?:[.,]\d{1,2}(?!\d)|,-)?")
_HEAD = re.compile(rf"(?:(?<![a-z0-9])|(?=[^a-z0-9]))(?:{_any(_BEFORE)}) ?$")
_LABEL = re.compile(rf"(?<![a-z0-9])(?:{_any(_WORDS)}):? $")
_YEAR = re.compile(r"(?:19|20)\d\d(?!\d)")
_TAIL = re.compile(rf" ?(?:(?:{_any(_AFTER)})(?![a-z0-9])|块\d)")
_TAIL_LARGE = re.compile(rf" ?(?:{_any(_LARGE)})(?![a-z0-9])")
_IN_WORDS = re.compile(
    r"\b(?:a|an|one|two|three|four|five|six|eight|ten|fifteen|twenty|thirty|fifty) (?:quid|bucks|dollars|euros?|pounds|rupees|lei|kronor|kroner)\b|\b(?:tenner|fiver)\b"
)


def prices(text: str, said: str) -> Iterator[tuple[int, int]]:
    """The places of prices in a folded text; `said` is its words view."""
    reached = 0
    for start, _ in numbers(text):
        number = _NUMBER.match(text, start) if start >= reached else None
        if number is None:
            continue
        reached = end = number.end()
        head = text[max(0, start - 12) : start]
        before = _HEAD.search(head) or (None if _YEAR.match(text, start) else _LABEL.search(head))
        if before:
            yield start - len(head) + before.start(), end
            continue
        if (head[-1:].isalnum() and class_of(head[-1]) != IDEOGRAPH) or head[-1:] in (".", "_"):
            continue
        after = _TAIL.match(text, end) or (_TAIL_LARGE.match(text, end) if len(number[0]) >= 3 else None)
        if after:
            yield start, after.end()
    if _SPELLED(said):
        for found in _IN_WORDS.finditer(text):
            yield found.span()
