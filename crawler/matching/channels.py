"""Ways to the writer that a text gives: chats to join, names to write to, addresses of mail."""

import re
from collections.abc import Iterator

from crawler.matching.files import Trace
from crawler.matching.scan import given
from crawler.matching.signs import Signs

_CHAT_SIGNS = Signs((
    "t.me/",
    "discord",
    "whatsapp.com/",
    "telegram.",
    "wa.me/",
    "m.me/",
    "signal.",
    "vk.me/",
    "line.me/",
    "tg://",
))  # fmt: skip
_CHAT = re.compile(
    r"(?i)(?<![\w.])(?:(?:www\.)?t\.me/(?:\+|joinchat/|s/)?[\w-]+|discord(?:\.gg|(?:app)?\.com/invite)/\w+|(?:chat|api)\.whatsapp\.com/\S+|wa\.me/\S+|"
    r"telegram\.(?:me|dog)/\S+|m\.me/[\w.]+|signal\.(?:me|group)/\S+|vk\.me/\S+|line\.me/\S+|tg://\S+)"
)
_ONE = re.compile(r"(?<![\w.@/])@[a-z][a-z0-9_.]{3,30}(?![\w@])|[a-z0-9_.+-]{2,}@[a-z0-9-]+\.[a-z][a-z.]{1,12}")
# "+v": an account of a messenger to be added.
_ADDED = re.compile(r"[+➕] ?(?:(?:v|vx|wx|q)(?![a-z0-9])|[微薇])")

# "微❤ name_88": the messenger by a sound or a sign, and an account on it.
_NAMED = re.compile(r"(?<![\u4e00-\u9fff])[微薇][^\w\n]{0,3}(?=[a-z][a-z0-9_-]{5,19}(?![\w-]))")


# "somewhere dot to slash x9": an address written so that no filter sees it.
_SAID = re.compile(
    r"[a-z0-9-]{3,}[ ,]{0,2}[(\[{]?(?:dot|punkt|punto)[)\]}]? {0,2}[a-z]{2,8} {0,2}(?:[(\[{]?(?:forward )?slash[)\]}]?|/) ?[^\s.,;]*"
)


_DOT_SAID = given("dot", "punkt", "punto")


def said_addresses(text: str, said: str) -> Iterator[Trace]:
    """Addresses in a folded text, whose words view is `said`, whose dots and slashes are written as words."""
    # Both are needed, and to look for them is much faster than the expression.
    if _DOT_SAID(said) and ("/" in text or "slash" in text):
        for found in _SAID.finditer(text):
            yield Trace("address", 1.2, *found.span())


# "l1nk 1n b10", "lnk n pr0file": digits for letters, or letters left out, in small words that no list of words knows.
_OWN_PAGE = re.compile(
    r"(?<![a-z0-9])(?:l[i1l]?nk|link) (?:[i1l]?n) (?:(?:my|the|m1|mi) )?(?:b[i1l][o0]|pr[o0]f[i1l]le)(?![a-z0-9])"
)


_OWN_PAGE_SIGNS = given("nk in ", "nk 1n ", "nk ln ", "nk n ")


def own_pages(text: str, said: str) -> Iterator[Trace]:
    """Where a folded text, whose words view is `said`, sends its readers to what its writer tells of themselves, disguised."""
    if _OWN_PAGE_SIGNS(said):
        for found in _OWN_PAGE.finditer(text):
            if found[0] not in _PLAINLY_SAID:
                yield Trace("act-of-sharing", 1.6, *found.span())


_PLAINLY_SAID = frozenset(f"link in {whose}{what}" for whose in ("", "my ", "the ") for what in ("bio", "profile"))


def chats(text: str) -> Iterator[Trace]:
    """The addresses of chats in a raw text; one that is joined by invitation says more."""
    # Looked for only where they can be: the expression is slow on long texts.
    if "/" not in text or not _CHAT_SIGNS.starts(text):
        return
    for found in _CHAT.finditer(text):
        closed = any(sign in found[0].lower() for sign in ("/+", "joinchat", "discord", "chat.whatsapp"))
        yield Trace("invitation", 1.8 if closed else 1.4, *found.span())


def handles(text: str) -> Iterator[Trace]:
    """Names to write to, and addresses of mail, in a folded text."""
    if "@" in text:
        for found in _ONE.finditer(text):
            yield Trace("channel", 0.7, *found.span())
    if "微" in text or "薇" in text:
        for found in _NAMED.finditer(text):
            yield Trace("invitation", 1.5, *found.span())
    if "+" in text or "➕" in text:
        for found in _ADDED.finditer(text):
            yield Trace("invitation", 1.5, *found.span())
