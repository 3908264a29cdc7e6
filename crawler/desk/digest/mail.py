"""A digest as a mail file (RFC 5322), plain text and HTML in both languages; nothing is sent."""

import re
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from crawler import clock
from crawler.desk.digest.gathering import Digest
from crawler.desk.digest.sheet import sheet
from crawler.desk.digest.telling import lines, printable
from crawler.wording import LANGUAGES, say

_ADDRESS = re.compile(r"[\w.+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}", re.ASCII)
_RULE = "\n\n" + "-" * 72 + "\n\n"


def mail(digest: Digest, contact: str = "", first: str = "en") -> bytes:
    """The mail's bytes; `contact` is the collector's, to which and from which it goes where it is an address.

    A mail program opens it as a draft of its own, where a person adds whom it is for.
    """
    found = _ADDRESS.search(contact)
    address = Address(addr_spec=found[0]) if found else Address("titlewatch", "titlewatch", "localhost")
    message = EmailMessage(policy=SMTP)
    message["Subject"] = " | ".join(
        say("digest.subject", language, day=f"{digest.until:%Y-%m-%d}", new=len(digest.hits["new"]), failing=len(digest.failing))
        for language in sorted(LANGUAGES, key=lambda language: language != first)
    )  # fmt: skip
    message["From"] = address
    if found:
        message["To"] = address
    message["Date"] = format_datetime(digest.until)
    message["Message-ID"] = f"<{clock.new_id()}@titlewatch.invalid>"
    message["Auto-Submitted"] = "auto-generated"
    message["X-Unsent"] = "1"
    ordered = sorted(LANGUAGES, key=lambda language: language != first)
    message.set_content(_RULE.join("\n".join(printable(line) for line in lines(digest, one)) for one in ordered) + "\n")
    message.add_alternative(sheet(digest, first), subtype="html")
    message["Content-Language"] = "en, zh-Hans"
    return message.as_bytes()
