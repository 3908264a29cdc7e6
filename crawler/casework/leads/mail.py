"""A mail into clues: the links of its text, and what is attached, each read as a file of its own."""

from collections.abc import Callable, Iterable, Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parseaddr, parsedate_to_datetime
from itertools import islice
from typing import Any

from lxml import html as markup

from crawler import clock
from crawler.casework.leads.address import address, host_of
from crawler.casework.leads.clue import MOST, Clue, Contents
from crawler.errors import TitlewatchError, UsageError
from crawler.evidence.canonical import well_formed
from crawler.hosts import registrable_domain
from crawler.model import Attribute, Passage
from crawler.targets import find

ReadFile = Callable[[str, bytes], Contents]
_DECODED_BY_NOBODY = ("punycode", "idna")
"""Codecs of names, that take ever longer with a longer text."""


def of_mail(data: bytes, read_file: ReadFile) -> tuple[list[Clue], dict[str, Any]]:
    """The clues of a mail and the day in its head; `read_file` reads an attachment by its name, or raises UsageError.

    What is attached and cannot be read is named in the facts: a person looks at it. So are addresses of the sender's own
    site, which a signature brings and nobody accuses. Who wrote to whom, and the subject, are read by people in the mail.
    """
    message = message_from_bytes(data, policy=policy.default)
    assert isinstance(message, EmailMessage)
    date = _head(message, "date")
    facts: dict[str, Any] = {"date": date} if date else {}
    clues: list[Clue] = []
    unread: list[str] = []
    for number, part in enumerate(message.walk(), 1):
        if part.is_multipart():
            continue
        if len(clues) > MOST:
            break
        try:
            found, missed = _of_part(part, f"part {number}", _day(date), read_file)
            clues += found
            unread += missed
        except UsageError as error:
            unread.append(well_formed(f"{error.which}: {error.what}"))
    own = _own(_head(message, "from"))
    of_sender = {clue.host for clue in clues if clue.original is None and clue.host.removeprefix("www.") in own}
    unread += [f"{host}: the sender's own site" for host in sorted(of_sender)]
    if unread:
        facts["unread"] = unread
    left = [clue for clue in clues if clue.host not in of_sender or clue.original is not None]
    return list({(clue.url, clue.host, clue.title): clue for clue in left}.values()), facts


def _of_part(part: Any, which: str, day: str, read_file: ReadFile) -> tuple[Iterable[Clue], list[str]]:
    try:
        return _read_part(part, day, read_file)
    except TitlewatchError:
        raise
    except Exception as error:
        # A part that a library stumbles over keeps nobody from the others.
        raise UsageError(f"damaged ({type(error).__name__})", which, "look at it in the mail") from error


def _read_part(part: Any, day: str, read_file: ReadFile) -> tuple[Iterable[Clue], list[str]]:
    """The clues of a part, and what of it could not be read."""
    name, content, kind = part.get_filename(), part.get_payload(decode=True), part.get_content_type()
    if not isinstance(content, bytes):
        return (), []
    if name and part.get_content_disposition() == "attachment":
        held = read_file(name, content)
        return held.clues, [well_formed(f"{name}: {missed}") for missed in held.facts.get("unread", ())]
    if kind not in ("text/plain", "text/html"):
        return (), []
    text = _text(part, content)
    passage = _passage(text) if kind == "text/html" else Passage(text)
    return [Clue(url, host_of(url), seen_at=day) for url in islice(_links(passage), MOST + 1)], []


def _own(sender: str) -> set[str]:
    """The hosts of a sender's own site. Others under the domain are not: a mail service gives them to everybody."""
    _, written = parseaddr(sender)
    domain = written.rpartition("@")[2].lower()
    return {domain, registrable_domain(domain)} if "@" in written and domain else set()


def _head(message: EmailMessage, name: str) -> str:
    # As it was sent: the parser of addresses and dates stumbles over some that strangers write.
    raw = next((str(value) for key, value in message.raw_items() if key.lower() == name), "")
    return well_formed(" ".join(raw.split()))


def _day(date: str) -> str:
    try:
        return clock.stamp(parsedate_to_datetime(date))
    except (TypeError, ValueError, ArithmeticError, LookupError):
        return ""


def _text(part: Any, content: bytes) -> str:
    charset = part.get_content_charset() or "utf-8"
    try:
        if charset.lower() in _DECODED_BY_NOBODY:
            raise LookupError(charset)
        return well_formed(content.decode(charset))
    except (LookupError, ValueError):
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
    # As bytes: text that declares an encoding of its own is refused by the parser.
    try:
        root = markup.document_fromstring(text.replace("\0", "").encode(), parser=markup.HTMLParser(encoding="utf-8"))
    except markup.etree.ParserError:
        return Passage("")
    links = [Attribute("a", "href", link.get("href", ""), 0, 0) for link in root.iter("a") if link.get("href")]
    return Passage("\n".join(str(text) for text in root.itertext()), tuple(links))
