"""The names of a page's users, found by the place in which the page shows them."""

import html
import re
from collections.abc import Mapping

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
