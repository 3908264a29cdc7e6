"""A site's own search, as far as it can be used by a plain address: a GET form that changes nothing and needs no token."""

import re
from urllib.parse import quote, urljoin, urlsplit

from lxml.html import HtmlElement

from spiders.charset import foreign
from spiders.page import FetchedPage
from spiders.ways import within
from spiders.xpath import Elements

_FORMS = Elements("//form")
_FIELDS = Elements(".//input | .//select | .//textarea | .//button[@name]")
_NAMES = re.compile(
    r"s|q|query|search|term|terms|keyword|keywords|key|wd|word|kw|srchtxt|searchword|search_?(?:text|query|term|key)?|find|title",
    re.I,
)
_TOKENS = re.compile(r"token|csrf|hash|nonce|sid|session|auth|captcha|security|post_key|creds", re.I)
_HEX = re.compile(r"[0-9a-f]{16,}", re.I)
_STATEFUL = re.compile(r"login|logout|register|subscribe|mark|delete|posting|reply|cart|checkout", re.I)


def search_of(page: FetchedPage) -> str | None:
    """The address of the site's search with ``{title}`` (``{title:charset}`` where it is not UTF-8) in place of the title."""
    for form in _FORMS(page.root):
        found = _address(page, form)
        if found:
            return found
    return None


def _address(page: FetchedPage, form: HtmlElement) -> str | None:
    action = page.resolve(form.get("action") or page.url)
    if (form.get("method") or "get").lower() != "get" or action is None or not within(page.site, action):
        return None
    if _STATEFUL.search(urlsplit(action).path):
        return None
    slot, kept = None, []
    for field in _FIELDS(form):
        name, kind = field.get("name"), (field.get("type") or "text").lower()
        if kind == "password" or (name and _TOKENS.search(name)):
            return None
        if not name or kind in ("submit", "button", "image", "reset", "checkbox"):
            continue
        if kind in ("text", "search") and field.tag == "input":
            if slot is None and _NAMES.fullmatch(name):
                slot = name
            continue
        value = _value(field, kind)
        if value and _HEX.fullmatch(value):
            return None
        if value:
            kept.append(f"{quote(name)}={quote(value)}")
    if slot is None:
        return None
    charset = foreign(page.body, page.headers.get("content-type"))
    place = "{title}" if charset is None else f"{{title:{charset}}}"
    plain = urljoin(action, urlsplit(action).path)
    asked = "&".join([*kept, f"{quote(slot)}={place}"])
    return f"{plain}?{asked}"


def _value(field: HtmlElement, kind: str) -> str | None:
    if field.tag == "select":
        chosen = [option for option in field.iter("option") if option.get("selected") is not None]
        return chosen[0].get("value") if chosen else None
    if kind == "radio" and field.get("checked") is None:
        return None
    return field.get("value") if kind in ("hidden", "radio") else None
