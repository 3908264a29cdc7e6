"""What a rule can name by kind: credentials, and personal data of people whom the case does not concern."""

import re
from collections.abc import Iterator
from datetime import date

SECRET_HEADERS = frozenset(
    {"set-cookie", "cookie", "authorization", "proxy-authorization", "x-auth-token", "x-csrf-token", "x-api-key"}
)
_SECRET_NAME = (
    r"(?:php|j|asp\.?net_?)?sess(?:ion)?_?id|sid|session|(?:access_|refresh_|auth_|id_|csrf_?|xsrf_?|_)?token|csrf\w{0,20}|"
    r"formhash|authenticity_token|__requestverificationtoken|auth|api_?key|secret|signature|passw(?:or)?d|passwd|pwd"
)
SECRET_NAME = re.compile(rf"(?:{_SECRET_NAME})\Z", re.IGNORECASE)
"""A parameter, form field or JSON member whose value opens something."""

CREDENTIALS = {
    "header": re.compile(
        r"(?im)^[ \t]*(?:set-cookie|cookie|authorization|proxy-authorization|x-auth-token|x-csrf-token|x-api-key)[ \t]*:[ \t]*"
        r"(?P<value>[^\s][^\r\n]*)"
    ),
    "token": re.compile(rf"(?i)(?<![A-Za-z0-9_])(?:{_SECRET_NAME})=(?P<value>[^&#;\s\"'<>\\]{{1,4096}})"),
    "password": re.compile(r"://[^/\s:@\"'<>]{1,200}:(?P<value>[^/\s@\"'<>]{1,200})@"),
    "field": re.compile(
        rf"(?i)<(?:input|meta)\b(?=[^<>]{{0,2000}}\b(?:name|id)\s*=\s*[\"']?(?:[\w.-]{{0,30}}[_-])?(?:{_SECRET_NAME})[\"'\s/>])"
        r"[^<>]{0,2000}?\b(?:value|content)\s*=\s*(?:\"(?P<value>[^\"]{1,4096})\"|'(?P<single>[^']{1,4096})'|(?P<bare>[^\s\"'<>]{1,4096}))"
    ),
    "script": re.compile(
        rf"(?i)(?<![A-Za-z0-9_])[\"']?(?:{_SECRET_NAME})[\"']?\s*[:=]\s*(?:\"(?P<value>[^\"\r\n]{{4,4096}})\"|'(?P<single>[^'\r\n]{{4,4096}})')"
    ),
}  # fmt: skip
_GAP = r"(?:[ ./_\u2010-\u2015\u2212\u00b7\u30fb-]{1,3})"
"""What people write between the groups of a telephone number."""
_MOBILE = (
    rf"1[3-9]\d{_GAP}?\d{{4}}{_GAP}?\d{{4}}|1[3-9]\d(?:{_GAP}\d{{2}}){{4}}|1[3-9]\d{_GAP}\d{{3}}{_GAP}\d{{2,3}}{_GAP}\d{{2,3}}"
    rf"|1[3-9]\d{_GAP}\d{{3}}{_GAP}\d{{5}}|1[3-9]\d{{2}}{_GAP}\d{{3,4}}{_GAP}\d{{3,4}}|1[3-9]\d{{3}}{_GAP}?\d{{3}}{_GAP}\d{{3}}"
    r"|1(?P<gap>[ .\u2010-\u2015-])[3-9](?:(?P=gap)\d){9}(?!(?P=gap)\d)"
)
_BOUND, _END = r"(?<![0-9A-Za-z])", r"(?![0-9A-Za-z])"
PERSONAL = {
    "e-mail": re.compile(
        r"(?<![\w.+-])(?P<value>[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,8}[A-Za-z\u4e00-\u9fff]{2,24})(?![\w-])"
    ),
    "phone": re.compile(
        rf"{_BOUND}(?P<value>(?:(?:\+|00)?86{_GAP}?)?(?:{_MOBILE})|\(0\d{{2,3}}\){_GAP}?\d{{3,4}}{_GAP}?\d{{4}}"
        rf"|0\d{{2,3}}{_GAP}\d{{3,4}}{_GAP}?\d{{4}}|400{_GAP}?\d{{3,4}}{_GAP}?\d{{3,4}}){_END}"
        rf"|(?<![\w+])(?P<single>\+[1-9]\d{{0,2}}(?:[ .()/\u2010-\u2015\u2212\u00b7-]{{0,2}}\d){{7,13}}){_END}"
    ),
    "ID number": re.compile(rf"{_BOUND}(?P<value>[1-9]\d{{16}}[\dXx]){_END}"),
    "QQ": re.compile(
        r"(?i)(?:(?<![A-Za-z])qq|扣扣|企鹅|群)\s{0,2}(?:号码?|群|number|no\.?)?\s{0,2}[:：=]?\s{0,3}(?P<value>[1-9]\d{4,11})(?!\d)"
    ),
    "WeChat": re.compile(
        r"(?i)(?:微信|薇信|威信|(?<![A-Za-z])(?:wechat|weixin|vx|wx|v信))\s{0,2}(?:号|id)?\s{0,2}[:：=]\s{0,3}(?P<value>[A-Za-z][\w-]{4,19})(?![\w-])"
    ),
    "Telegram": re.compile(
        r"(?i)(?:(?:t|telegram)\.me/(?:s/|joinchat/)?|tg://resolve\?domain=|(?:(?<![A-Za-z])(?:telegram|tg)|电报|飞机)\s{0,2}(?:号|id)?\s{0,2}[:：=]?\s{0,3}@)"
        r"(?P<value>[A-Za-z0-9_+-]{4,40})"
    ),
    "IP address": re.compile(
        r"(?<![\w.])(?P<value>(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d|\*))(?![\w]|\.\d)"
        r"|(?<![\w:])(?P<single>(?:[0-9A-Fa-f]{1,4}:){3,7}(?::|[0-9A-Fa-f]{1,4})(?::?[0-9A-Fa-f]{1,4}){0,4})(?![\w:])"
    ),
}  # fmt: skip
_VERSION_OF = re.compile(
    r"(?:(?:^|[\s(;,])[A-Za-z][\w.+-]{0,40}/"
    r"|(?<![A-Za-z])(?:v|ver|version|full_?version|revision|build|chrom(?:e|ium)|firefox|edge?|opera|safari|版本)号?"
    r"[\"']?\s{0,2}[:=]?\s{0,2}[\"']?)\Z",
    re.IGNORECASE,
)
USER_NAME = "user name"
GROUPS = {"credentials": tuple(CREDENTIALS), "personal": (*PERSONAL, USER_NAME)}
KINDS = (*CREDENTIALS, *PERSONAL, USER_NAME)

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def found(kind: str, text: str) -> Iterator[tuple[int, int]]:
    """The places of one kind in a text, but for user names, which are found by page and not by form."""
    pattern = CREDENTIALS.get(kind) or PERSONAL[kind]
    for match in pattern.finditer(text):
        group = next(name for name in ("value", "single", "bare") if match.groupdict().get(name))
        if (kind == "ID number" and not _checked(match[group])) or (kind == "IP address" and _is_version(match, text)):
            continue
        yield match.span(group)


def _is_version(match: re.Match[str], text: str) -> bool:
    """Whether four numbers are the version of a program, as in ``Chrome/120.0.0.0``, and no address."""
    return "." in match[0] and bool(_VERSION_OF.search(text[max(0, match.start() - 60) : match.start()]))


def _checked(number: str) -> bool:
    """Whether 18 characters are a Chinese ID number: a day of birth, and the check character of GB 11643."""
    digits = [int(digit) for digit in number[:17]]
    try:
        date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    remainder = sum(digit * weight for digit, weight in zip(digits, _WEIGHTS, strict=True)) % 11
    last = "X" if number[17] in "xX" else str(int(number[17]))
    return last == "10X98765432"[remainder]
