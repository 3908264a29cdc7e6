"""Which address is asked for the state of a target: its landing page, without any access code; never the copy itself."""

import re
from dataclasses import dataclass
from urllib.parse import unquote, urldefrag, urlsplit

from crawler.targets import shapes
from crawler.targets.codes import code_in_address
from crawler.targets.families import families_of_host, is_not_target, redirector_of
from crawler.targets.reading import read
from crawler.targets.signs import known

VISITED = ("cloud_drive", "locker", "player")
"""The kinds of targets that have a landing page."""
_PAYLOAD_KINDS = frozenset({"file", "torrent", "stream"})
_CODE = re.compile(
    r"(?P<mark>[?&;])(?:pwd|password|passcode|accesscode|access_code|passwd|pw|p|提取码|访问码|密码|%E6%8F%90%E5%8F%96%E7%A0%81)(?:=|:|：)[^&#;]*",
    re.IGNORECASE,
)

_CHANGES = re.compile(r"killcode|del_?code|[/?&=](?:remove|delete|del|abuse|report|cancel)(?:[/?=&.]|$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Asked:
    """The address to ask, or why none is."""

    url: str | None
    why: str = ""
    """``kind``: no landing page; ``payload``: the address hands out the copy; ``fragment``: what it names never reaches
    the host; ``changes``: asking would delete or report."""


def asked_for(kind: str, url: str, family: str | None, code: str | None = None) -> Asked:
    """The landing page of a target, or the redirector's address whose end is to be found; `code` is its access code."""
    redirects = forwards(url)
    if kind not in VISITED and not redirects:
        return Asked(None, "kind")
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return Asked(None, "kind")
    bare = urldefrag(url)[0]
    if not redirects and hands_out(bare):
        return Asked(None, "payload")
    if changes(bare):
        return Asked(None, "changes")
    if not redirects and _lies_in_fragment(url):
        return Asked(None, "fragment")
    return Asked(without_code(bare, family, code))


def changes(url: str) -> bool:
    """Whether asking for an address may change something there: an uploader's way to delete, a report of abuse."""
    return _CHANGES.search(_split(url)[1]) is not None


def _lies_in_fragment(url: str) -> bool:
    """Whether what a target is named by stands behind the ``#``, so that the host answers for another page."""
    host, tail = _split(url)
    fragment = urlsplit(url).fragment
    families = families_of_host(host)
    if not fragment or any(family.identity(tail) for family in families):
        return False
    return tail == "/" or any(family.identity(f"{tail}#{fragment}") for family in families)


def forwards(url: str) -> bool:
    """Whether an address belongs to a known redirector."""
    return redirector_of((urlsplit(url).hostname or "").lower()) is not None


def hands_out(url: str) -> bool:
    """Whether an address, by all that it tells, hands out a copy and no page."""
    host, tail = _split(url)
    family = next((one for one in families_of_host(host) if one.identity(tail)), None)
    if family is None:
        return shapes.extension_kind(tail) in _PAYLOAD_KINDS
    return family.kind == "file" or any(path.search(tail) for path in known().payload.get(family.name, ()))


def is_elsewhere(url: str) -> bool:
    """Whether an address is of a host that never holds a target: a genuine page, a shop, a page's furniture."""
    return is_not_target(_split(url)[0])


@dataclass(frozen=True, slots=True)
class End:
    """A target that an address, to which a redirect leads, is by itself."""

    kind: str
    url: str
    family: str | None
    object: str | None
    code: str | None


def end_of(url: str) -> End | None:
    """The target that an address is, or carries, by its family or by its own words (magnet, ed2k); None for any other."""
    found = read(url, whole=True)
    if len(found) != 1:
        return None
    one = found[0]
    if one.object is None or one.damaged or one.kind is None:
        return None
    return End(one.kind, one.url, one.family, one.object, one.code)


def _split(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    tail = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return (parts.hostname or "").lower(), tail


def without_code(url: str, family: str | None, known_code: str | None) -> str:
    """An address without fragment and without the access code that it carries: none is ever handed to a host."""
    head, mark, query = urldefrag(url)[0].partition("?")
    if known_code:
        query = "&".join(pair for pair in query.split("&") if unquote(pair.partition("=")[2]) != known_code)
        last = re.split("[/,;]", head)[-1]
        before = head.removesuffix(last)[:-1]
        if before and unquote(last) == known_code and len(urlsplit(before).path) > 1:
            head = before
    while mark and (code := code_in_address(f"?{query}", family is not None)):
        kept = _CODE.sub(lambda found: found["mark"] if found["mark"] == "?" else "", f"?{query}")
        rest = kept.removeprefix("?").lstrip("&;")
        if rest == query or code_in_address(f"?{rest}", family is not None) == code:
            return head
        query = rest
    return f"{head}?{query}" if query else head
