"""The ways in which people write the number of a sequel."""

import re

ROMAN = {
    "ii": 2,
    "iii": 3,
    "iv": 4,
    "v": 5,
    "vi": 6,
    "vii": 7,
    "viii": 8,
    "ix": 9,
    "x": 10,
    "xi": 11,
    "xii": 12,
    "xiii": 13,
}
ENGLISH = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10}
CHINESE = {"一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10}
FORMAL = {"壹": 1, "贰": 2, "叁": 3, "肆": 4, "伍": 5, "陆": 6, "柒": 7, "捌": 8, "玖": 9, "拾": 10}
_TEENS = {"eleven": "11", "twelve": "12", "thirteen": "13", "fourteen": "14", "fifteen": "15", "twenty": "20"}
_TEENS |= {figures: word for word, figures in _TEENS.items()}
PARTS = {"part": "part", "pt": "part", "vol": "volume", "volume": "volume", "chapter": "chapter", "book": "book"}

_SPELLED = {"part": ("part", "pt"), "volume": ("vol", "volume"), "chapter": ("chapter",), "book": ("book",)}


def value(token: str) -> int | None:
    """The number that a word stands for as a sequel's number (1 to 30), or None."""
    if token.isascii() and token.isdigit():
        return int(token) if len(token) <= 2 and 0 < int(token) <= 30 else None
    if token == "i":
        return 1
    return ROMAN.get(token) or CHINESE.get(token) or FORMAL.get(token)


def _of(table: dict[str, int], number: int) -> list[str]:
    return [name for name, stands in table.items() if stands == number]


def spellings(tokens: list[str]) -> list[list[str]]:
    """Other ways to write a title's words when one of them is a number; the title's own way is not among them.

    ``part two`` is also ``part 2``, ``part ii`` and, as people shorten it, ``2``.
    """
    results: list[list[str]] = []
    if len(tokens) > 1 and tokens[-1] in _TEENS:
        results.append([*tokens[:-1], _TEENS[tokens[-1]]])
    for place in range(1, len(tokens)):
        token, before = tokens[place], tokens[place - 1]
        part = PARTS.get(before)
        last = place == len(tokens) - 1
        number = value(token) or (ENGLISH.get(token) if part or (last and token != "one") else None)
        if number is None or (token == "x" and not part) or token == "i":
            continue
        # "Sector Nine" is "SECTOR 9" as well.
        written = [str(number), *_of(ROMAN, number)] + (_of(ENGLISH, number) if part or (last and number > 1) else [])
        head, tail = tokens[:place], tokens[place + 1 :]
        heads = [[*head[:-1], spelled] for spelled in _SPELLED[part]] if part else [head]
        if part and place >= 2 and number > 1:
            heads.append(head[:-1])
        if not part and number > 1 and last and token not in ENGLISH:
            results += [[*head, "part", form] for form in (*written, *_of(ENGLISH, number))]
        results += [[*start, form, *tail] for start in heads for form in written]
    return [result for result in results if result != tokens]


_WORDS = {
    **ENGLISH, "eleven": 11, "twelve": 12, "thirteen": 13, "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50,
    "hundred": 100, "thousand": 1000,
}  # fmt: skip
_FIGURES = {str(number): word for word, number in _WORDS.items()}


def counted(tokens: list[str]) -> list[list[str]]:
    """A title that counts what follows, with the number in figures or as a word: ``the 100 doors``, ``twelve angry men``."""
    results = []
    for place, token in enumerate(tokens[:-1]):
        other = (
            str(_WORDS[token]) if token in _WORDS and token != "one" else _FIGURES.get(token) if token != "1" else None
        )
        if other and (len(tokens) > 2 or place):
            results.append([*tokens[:place], other, *tokens[place + 1 :]])
    return results


_COUNTED = "部季册卷集辑"
_INSTALMENT = re.compile(rf"(.*[^0-9a-z ])(?: ?第 ?)([0-9]{{1,2}}|[二三四五六七八九十]) ?([{_COUNTED}])")


def chinese_spellings(name: str) -> list[str]:
    """Other ways to write a Chinese title that ends with its number: 2, ii, 二, 贰, 第二部, 第2季.

    The title comes as folded words (``流浪地球 2``, ``流浪地球二``, ``庆余年 第二季``).
    """
    found = _numbered(name)
    if found is None:
        return []
    stem, number, unit = found
    chinese = [*_of(CHINESE, number), *_of(FORMAL, number)]
    forms = [
        f"{stem} {number}",
        *(f"{stem} {roman}" for roman in _of(ROMAN, number)),
        *(stem + form for form in chinese),
    ]
    for one in unit or "部季册卷":
        forms += [f"{stem} 第{chinese[0]}{one}", f"{stem} 第 {number} {one}"]
    if unit in ("", "季"):
        forms += [f"{stem} s{number}", f"{stem} s0{number}"]
    return [form for form in dict.fromkeys(forms) if form != name]


def _numbered(name: str) -> tuple[str, int, str] | None:
    """The stem, the number and its counting word of a Chinese title that ends with a number of 2 to 10."""
    counted = _INSTALMENT.fullmatch(name)
    unit = counted[3] if counted else ""
    if counted:
        stem = counted[1].rstrip()
        number = value(counted[2])
    else:
        stem, _, last = name.rpartition(" ")
        if not stem:
            stem, last = name[:-1], name[-1:]
            if last not in CHINESE or last in "一十" or stem[-1:] in CHINESE or len(stem) < 2:
                return None
        number = value(last)
    if number is None or not 2 <= number <= 10 or (" " in stem and not counted):
        return None
    return stem, number, unit


_TENS = re.compile("([二三四五六七八九]?)十([一二三四五六七八九]?)")


def in_figures(name: str) -> str:
    """A Chinese title with a number from ten to ninety-nine in figures, as folded words; empty when it has none or more."""
    found = _TENS.findall(name)
    if len(found) != 1 or found[0] == ("", ""):
        return ""
    tens, ones = (CHINESE.get(part, 0) for part in found[0])
    return " ".join(_TENS.sub(f" {(tens or 1) * 10 + ones} ", name).split())


# The number of a place, a floor, a case: "第三码头", "九号车间", "十二楼".
_ORDINAL = re.compile(
    r"(?P<before>第 ?)?(?P<number>[0-9]{1,2}|[一二三四五六七八九十壹贰叁肆伍陆柒捌玖拾]{1,3}(?![一二三四五六七八九十]))(?P<after>(?(before)(?! ?[部季册卷集辑章回])(?= ?[^0-9 ])|(?= ?[号楼层区街巷室栋站])))"
)


def chinese_ordinals(name: str) -> list[str]:
    """Other ways to write a Chinese title with one number that tells which: 第三码头, 第 3 码头; 玖号, 九号, 9 号."""
    found = list(_ORDINAL.finditer(name))
    number = _counted_out(found[0]["number"]) if len(found) == 1 else None
    if number is None:
        return []
    head, tail = name[: found[0].start("number")], name[found[0].end("number") :]
    forms = [f"{head} {number} {tail}"]
    forms += [f"{head.rstrip()}{one}{tail.lstrip()}" for one in (_said(number), *_of(FORMAL, number))]
    return [form for form in dict.fromkeys(" ".join(one.split()) for one in forms) if form != name]


def _counted_out(written: str) -> int | None:
    """The number from 1 to 99 that digits or Chinese characters write."""
    if written.isascii():
        return int(written) or None
    plain = "".join(_of(CHINESE, FORMAL[char])[0] if char in FORMAL else char for char in written)
    tens, ten, ones = plain.partition("十")
    if not ten:
        return CHINESE.get(plain)
    if len(tens) > 1 or len(ones) > 1 or "十" in ones:
        return None
    return CHINESE.get(tens, 1) * 10 + CHINESE.get(ones, 0)


def _said(number: int) -> str:
    tens, ones = divmod(number, 10)
    digit = _of(CHINESE, ones)[0] if ones else ""
    return digit if not tens else f"{_of(CHINESE, tens)[0] if tens > 1 else ''}十{digit}"


def chinese_numbered(name: str) -> list[tuple[str, int]]:
    """The stem and the number of a Chinese title that ends with its number; at most one."""
    found = _numbered(name)
    return [found[:2]] if found else []


def chinese_runs(stem: str, number: int) -> list[str]:
    """How people name all parts of a series up to a number, as folded words."""
    last = _of(CHINESE, number)[0]
    runs = [f"{stem} 1 {number}", f"{stem} 1 至 {number}", f"{stem} 1 到 {number}"]
    runs += [f"{stem}一{joiner}{last}" for joiner in "到至"] + [f"{stem}第一{joiner}第{last}" for joiner in "到至"]
    return [*runs, f"{stem}{''.join(list(CHINESE)[:number])}", f"{stem} {''.join(map(str, range(1, number + 1)))}"]


_DIGITS = "零一二三四五六七八九"


def spoken_year(text: str, year: int) -> tuple[int, int] | None:
    """Where a folded text names a year as Chinese writers say it (``20年``, ``二零二零``, ``二〇二〇``); None when it does not."""
    said = "".join(_DIGITS[int(digit)] for digit in str(year)).replace("零", "[零〇○o0]")
    short = rf"(?<![0-9.]){year % 100:02}年(?!前|后|来|了|级|间|内|里|过|资|老|如|的?(?:时间|历史|经验))"
    found = re.search(rf"{said}|{short}", text)
    return found.span() if found else None
