"""Addresses with which a page's own script would answer a challenge."""

import re
from urllib.parse import parse_qsl, urlsplit

_NAMES = re.compile(
    r"(?:\w+[_-])?(?:verify|verification|challenge|captcha|nonce|pow|proof|solution|clearance)(?:[_-]\w+)?"
    r"|tok|token|[cghr]e?aptcha\w*|btwaf|acw_sc__v\d|__(?:ddg|cf|jsl|tsl)\w*|security_verify_data",
    re.IGNORECASE,
)


def answers_challenge(url: str, page_url: str) -> bool:
    """Whether a request is for the page's own address with a token added: the answer to a test, not data."""
    asked, page = urlsplit(url), urlsplit(page_url)
    if (asked.scheme, asked.netloc, asked.path or "/") != (page.scheme, page.netloc, page.path or "/"):
        return False
    own = {name for name, _ in parse_qsl(page.query, keep_blank_values=True)}
    names = (name for name, _ in parse_qsl(asked.query, keep_blank_values=True))
    return any(_NAMES.fullmatch(name) for name in names if name not in own)
