"""A mail into clues: the links of its text, and what is attached, each read as a file of its own."""

from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parseaddr, parsedate_to_datetime
from typing import Any

from lxml import html as markup

from crawler import clock
from crawler.casework.leads.address import address, host_of
from crawler.casework.leads.clue import Clue
from crawler.errors import UsageError
from crawler.hosts import registrable_domain
from crawler.model import Attribute, Passage
from crawler.targets import find

ReadFile = Callable[[str, bytes], tuple[Clue, ...]]
_KEPT = ("from", "to", "cc", "subject", "date", "message-id", "reply-to")


def of_mail(data: bytes, read_file: ReadFile) -> tuple[list[Clue], dict[str, Any]]:
    """The clues of a mail and what its head says; `read_file` reads an attachment by its name, or raises UsageError.

    What is attached and cannot be read is named in the facts: a person looks at it. So are addresses of the sender's own
    site, which a signature brings and nobody accuses.
    """
    message = message_from_bytes(data, policy=policy.default)
    assert isinstance(message, EmailMessage)
    facts: dict[str, Any] = {name: _head(message, name) for name in _KEPT if message.get(name) is not None}
    subject = facts.get("subject", "")
    clues: list[Clue] = []
    unread: list[str] = []
    for part in message.walk():
        if part.is_multipart():
            continue
        name = part.get_filename()
        content = part.get_payload(decode=True)
        if not isinstance(content, bytes):
            continue
        if name and part.get_content_disposition() == "attachment":
            try:
                clues += read_file(name, content)
            except UsageError as error:
                unread.append(f"{name}: {error.what}")
        elif part.get_content_type() in ("text/plain", "text/html"):
            text = _text(part, content)
            passage = _passage(text) if part.get_content_type() == "text/html" else Passage(text)
            clues += [Clue(url, host_of(url), note=subject, seen_at=_day(message)) for url in _links(passage)]
    own = _own(facts.get("from", ""))
    of_sender = sorted(
        {clue.host for clue in clues if own and clue.original is None and clue.host.removeprefix("www.") in own}
    )
    clues = [clue for clue in clues if clue.host not in of_sender or clue.original is not None]
    unread += [f"{host}: the sender's own site" for host in of_sender]
    if unread:
        facts["unread"] = unread
    return list({(clue.url, clue.host, clue.title): clue for clue in clues}.values()), facts


def _own(sender: str) -> set[str]:
    """The hosts of a sender's own site. Others under the domain are not: a mail service gives them to everybody."""
    _, written = parseaddr(sender)
    domain = written.rpartition("@")[2].lower()
    return {domain, registrable_domain(domain)} if "@" in written and domain else set()


def _head(message: EmailMessage, name: str) -> str:
    return " ".join(str(message.get(name, "")).split())


def _day(message: EmailMessage) -> str:
    try:
        return clock.stamp(parsedate_to_datetime(str(message["date"])))
    except (TypeError, ValueError):
        return ""


def _text(part: Any, content: bytes) -> str:
    charset = part.get_content_charset() or "utf-8"
    try:
        return content.decode(charset)
    except (LookupError, UnicodeDecodeError):
        return content.decode("gb18030", errors="replace")


def _links(passage: Passage) -> Iterator[str]:
    for target in find(passage):
        yield target.url
    shown = [attribute.value for attribute in passage.attributes]
    for word in (*shown, *passage.text.split()):
        place = address(word.strip("()[]{},;:.!?，。；：！？（）【】《》"))
        if place is not None and place[0]:
            yield place[0]


def _passage(text: str) -> Passage:
    """The text of a mail's HTML, with its links at their places."""
    root = markup.document_fromstring(text) if text.strip() else None
    if root is None:
        return Passage("")
    links = [Attribute("a", "href", link.get("href", ""), 0, 0) for link in root.iter("a") if link.get("href")]
    return Passage("\n".join(str(text) for text in root.itertext()), tuple(links))
