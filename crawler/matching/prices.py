"""Prices as people write them, in any notation and currency."""

import re
from collections.abc import Iterator

from crawler.text import folded

_BEFORE = ("us$", "a$", "c$", "s$", "hk$", "nt$", "r$", "$", "€", "£", "¥", "₽", "₺", "₴", "₹", "₩", "฿", "₫", "₱", "usd", "eur", "gbp", "rmb", "chf", "cad", "aud", "inr", "php", "idr", "myr", "pln", "rm", "rp", "rs", "php")  # fmt: skip
_AFTER = (
    "$", "€", "£", "¥", "₽", "₺", "₴", "₹", "₩", "฿", "₫", "₱", "usd", "eur", "euro", "euros", "gbp", "pounds", "quid", "fiver", "bucks", "buck", "dollars", "dollar", "dolares",
    "dollari", "pesos", "peso", "reais", "real", "soles", "zl", "zloty", "zlotych", "pln", "kc", "czk", "korun", "sek", "nok", "dkk", "kr", "kroner", "kronor", "kronen", "руб", "рублей", "рубля", "грн", "гривен", "гривень", "uah", "lei", "ron", "lv",
    "leva", "tl", "lira", "dinara", "rsd", "eura", "eur.", "chf", "franken", "fr.", "rs", "rupees", "rupiah", "ribu", "rb", "vnd", "dong", "baht", "yen", "yuan", "rmb", "cent", "cents", "centow", "cts", "元", "块", "块钱", "刀", "包邮", "円",
)  # fmt: skip
# A foot is "ft" as well: money comes in hundreds of them.
_LARGE = ("ft", "huf", "forint", "k vnd")
_NUMBER = r"(?!0+(?:[.,]0+)?(?!\d))\d{1,7}(?:[.,' ]\d{3})*(?:[.,]\d{1,2}|,-)?"


def _any(units: tuple[str, ...]) -> str:
    names = sorted({folded(unit) for unit in units}, key=len, reverse=True)
    return "|".join(
        re.escape(name) + (r"(?![a-z0-9а-я])" if name[-1].isalpha() and name.isascii() else "") for name in names
    )


_BEFORE_NAMES = "|".join(
    (r"(?<![a-z0-9])" if name[0].isalpha() else "") + re.escape(name)
    for name in sorted({folded(unit) for unit in _BEFORE}, key=len, reverse=True)
)
_PRICE = re.compile(
    rf"(?:{_BEFORE_NAMES}) ?{_NUMBER}"
    rf"|(?<![\w.]){_NUMBER} ?(?:{_any(_AFTER)})"
    rf"|(?<![\w.])\d{{3,6}} ?(?:{_any(_LARGE)})"
    r"|\b(?:a |an |one |two |three |four |five |six |eight |ten |fifteen |twenty |thirty |fifty )(?:quid|bucks|dollars|euros?|pounds|rupees|lei|kronor|kroner)\b|\b(?:tenner|fiver|twenty quid)\b"
    r"|\d块\d"
    rf"|\b(?:price|preis|precio|preco|prix|prezzo|cena|pret|pris|fiyat|harga|{folded('цена')}|{folded('ціна')}):? (?!(?:19|20)\d\d\b){_NUMBER}(?![\w%])"
)


def prices(text: str) -> Iterator[tuple[int, int]]:
    """The places of prices in a folded text."""
    for found in _PRICE.finditer(text):
        yield found.span()
