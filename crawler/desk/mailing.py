"""What a person needs to send a package: a mail as a draft, and the list of what a portal is given. Nothing is sent."""

import csv
import io
import json
import re
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

from crawler.bundle.referral import layout
from crawler.desk.corresponding import whole
from crawler.errors import UsageError
from crawler.evidence.canonical import sha256_hex
from crawler.watchlist.cell import guarded
from crawler.wording import say

_ADDRESS = re.compile(r"[^\s@,;:<>()\[\]\"\\]+@[\w-]+(?:\.[\w-]+)+")
_TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")
MOST = 20 * 1024 * 1024
"""Bytes of attachments that a mail may carry; more goes by another channel."""


def mail(package: Path, to: str, language: str, sender: str = "") -> bytes:
    """A mail (RFC 5322) with the papers of a package in one of its languages, marked as not sent. Raises UsageError."""
    if not _ADDRESS.fullmatch(to):
        raise UsageError("not a mail address", to, "give one such as desk@agency.example")
    if not _TAG.fullmatch(language):
        raise UsageError("not a language", language, "give a tag such as en or zh")
    about = _about(package)
    papers = sorted((package / language).glob("*.pdf"))
    if not papers:
        raise UsageError(
            "the package has no papers in this language", f"{package}: {language}", "name another with --language"
        )
    message = EmailMessage(policy=SMTP)
    tag = language if language in ("en", "zh") else "en"
    facts = {"title": about["title"], "case": about["case"]}
    message["To"] = to
    if "@" in sender:
        message["From"] = sender
    message["Subject"] = say("correspondence.mail.subject", tag, **facts)
    message["X-Unsent"] = "1"
    manifest = sha256_hex((package / layout.MANIFEST).read_bytes())
    message.set_content(say("correspondence.mail.body", tag, **facts, package=package.name, manifest=manifest))
    total = 0
    for paper in (*papers, package / layout.MANIFEST):
        data = paper.read_bytes()
        total += len(data)
        kind = ("application", "pdf") if paper.suffix == ".pdf" else ("text", "plain")
        message.add_attachment(data, maintype=kind[0], subtype=kind[1], filename=paper.name)
    if total > MOST:
        raise UsageError(
            f"the papers take {total >> 20} MB, more than a mail carries", str(package), "send them another way"
        )
    message.set_boundary(f"=_{manifest[:32]}")
    return message.as_bytes()


def upload_list(package: Path) -> bytes:
    """Every file of a package with its size and hash, as CSV: what to give a portal, and what was given."""
    _about(package)
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(["file 文件", "bytes 字节", "sha256"])
    for file in sorted(path for path in package.rglob("*") if path.is_file()):
        data = file.read_bytes()
        writer.writerow([guarded(file.relative_to(package).as_posix()), len(data), sha256_hex(data)])
    return text.getvalue().encode("utf-8-sig")


def _about(package: Path) -> dict[str, str]:
    if not layout.is_package(package):
        raise UsageError("not a package", str(package), "give the folder that titlewatch referrals package made")
    whole(package)
    about = json.loads((package / layout.REFERRAL).read_text(encoding="utf-8"))
    dossier = json.loads((package / layout.DOSSIER).read_text(encoding="utf-8"))
    return {"case": str(about["case"]), "title": str(dossier["case"]["title"])}
