"""What a rule can name by kind: credentials, and personal data of people whom the case does not concern."""

import html
import re
from collections.abc import Iterator, Mapping
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
_BOUND, _END = r"(?<![0-9A-Za-z])", r"(?![0-9A-Za-z])"
PERSONAL = {
    "e-mail": re.compile(
        r"(?<![\w.+-])(?P<value>[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,8}[A-Za-z\u4e00-\u9fff]{2,24})(?![\w-])"
    ),
    "phone": re.compile(
        rf"{_BOUND}(?P<value>(?:(?:\+|00)?86[- ]?)?1[3-9]\d(?:[- ]?\d{{4}}){{2}}|0\d{{2,3}}[- ]\d{{7,8}}|400[- ]?\d{{3}}[- ]?\d{{4}}){_END}"
        rf"|(?<![\w+])(?P<single>\+[1-9]\d{{0,2}}(?:[ .()-]{{0,2}}\d){{7,13}}){_END}"
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
USER_NAME = "user name"
GROUPS = {"credentials": tuple(CREDENTIALS), "personal": (*PERSONAL, USER_NAME)}
KINDS = (*CREDENTIALS, *PERSONAL, USER_NAME)

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_PROFILE = re.compile(
    r"mod=space|space-u|[?&](?:uid|user|author)=|/(?:u|user|users|member|members|author|profile|people)/|memberlist\.php|member\.php|viewprofile",
    re.IGNORECASE,
)
_NAMING = frozenset(
    {"author", "authi", "username", "user-name", "user_name", "nickname", "nick", "poster", "commenter", "comment-author",
     "fn", "login", "member", "username-coloured"}
)  # fmt: skip
_NAME_LIMIT = 40
_TEXT_LIMIT = 4000
_NESTED = 8
_TAG = re.compile(r"<(?P<end>/?)(?P<name>[A-Za-z][A-Za-z0-9]{0,20})(?P<rest>(?:[\s/][^<>]{0,4000})?)>")
_ANY_TAG = re.compile(r"<[^<>]{0,4000}>")
_ATTRIBUTE = re.compile(
    r"(?P<key>[A-Za-z-]{1,30})\s{0,4}=\s{0,4}(?:\"(?P<a>[^\"]{0,2000})\"|'(?P<b>[^']{0,2000})'|(?P<c>[^\s\"'<>]{1,2000}))"
)
_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
)


def found(kind: str, text: str) -> Iterator[tuple[int, int]]:
    """The places of one kind in a text, but for user names, which are found by page and not by form."""
    pattern = CREDENTIALS.get(kind) or PERSONAL[kind]
    for match in pattern.finditer(text):
        group = next(name for name in ("value", "single", "bare") if match.groupdict().get(name))
        if kind != "ID number" or _checked(match[group]):
            yield match.span(group)


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


def user_names(page: str) -> set[str]:
    """Names that a page shows as those of its users: what stands in a link to a profile or in an author's place."""
    names: list[str] = []
    open_at: list[tuple[str, int, int]] = []
    # The standard library's parser takes quadratic time over tags without an end; pages may be hostile.
    for tag in _TAG.finditer(page):
        name = tag["name"].lower()
        if tag["end"]:
            place = next((n for n in range(len(open_at) - 1, -1, -1) if open_at[n][0] == name), None)
            if place is not None:
                _, depth, start = open_at[place]
                if depth:
                    open_at[place] = name, depth - 1, start
                else:
                    names.append(_ANY_TAG.sub("", page[start : min(tag.start(), start + _TEXT_LIMIT)]))
                    del open_at[place:]
            continue
        said = {
            match["key"].lower(): html.unescape(match["a"] or match["b"] or match["c"] or "")
            for match in _ATTRIBUTE.finditer(tag["rest"])
        }
        names += [said[key] for key in ("data-author", "data-username", "data-user") if said.get(key)]
        open_at = [(n, depth + (n == name), start) for n, depth, start in open_at if tag.end() - start < _TEXT_LIMIT]
        if name not in _VOID and _names_somebody(name, said) and len(open_at) < _NESTED:
            open_at.append((name, 0, tag.end()))
    plain = {" ".join(html.unescape(name).split()) for name in names}
    return {name for name in plain if 2 <= len(name) <= _NAME_LIMIT and not name.isdigit()}


def _names_somebody(tag: str, said: Mapping[str, str]) -> bool:
    words = set(f"{said.get('class', '')} {said.get('rel', '')} {said.get('itemprop', '')}".lower().split())
    return bool(words & _NAMING) or (tag == "a" and bool(_PROFILE.search(said.get("href", ""))))


def name_pattern(name: str) -> re.Pattern[str]:
    """Finds a name as a word of its own; between Chinese characters there are no such bounds."""
    before = r"(?<![A-Za-z0-9])" if name[0].isascii() and name[0].isalnum() else ""
    after = r"(?![A-Za-z0-9])" if name[-1].isascii() and name[-1].isalnum() else ""
    return re.compile(before + re.escape(name) + after, re.IGNORECASE)
