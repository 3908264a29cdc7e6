"""Translations of exhibits, entered by people: nothing else is ever called translated."""

import re
from pathlib import Path

from crawler import clock
from crawler.desk.documents import keep
from crawler.desk.entering import enter
from crawler.desk.person import acting
from crawler.errors import UnknownObjectError, UsageError
from crawler.store import Store, exhibits, translations
from crawler.store.translations import PARTS, WAYS, EnteredTranslation
from crawler.workspace import Workspace

_TAG = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*\Z")


def enter_translation(
    store: Store, workspace: Workspace, exhibit_id: str, *, part: str, source: str, into: str, way: str, done_by: str,
    document: Path | None = None,
) -> EnteredTranslation:  # fmt: skip
    """Enter that a part of an exhibit was translated; the workspace keeps the document.

    Raises UnknownObjectError or UsageError, and enters nothing.
    """
    exhibit_id = exhibit_id.strip().upper()
    if not exhibits.is_known(store, exhibit_id):
        raise UnknownObjectError(
            "no such exhibit", exhibit_id, "see: titlewatch hits --json, or facts.pdf of a package"
        )
    for name, value, allowed in (("--part", part, PARTS), ("--way", way, WAYS)):
        if value not in allowed:
            raise UsageError("not one that is known", f"{name} {value}", f"use {', '.join(allowed)}")
    for name, tag in (("--from", source), ("--into", into)):
        if not _TAG.match(tag):
            raise UsageError("not a language", f"{name} {tag}", "write a tag such as zh or en")
    if not done_by.strip():
        raise UsageError("nobody translated it", "--by", "name the translator, or who ran the machine")
    person = acting()
    made = EnteredTranslation(
        clock.new_id(), exhibit_id, part, source, into, way, done_by.strip(), keep(workspace, document) if document else None, person.user, person.host,
        clock.now(),
    )  # fmt: skip
    body = {
        "type": "translation", "translation": made.translation_id, "exhibit": exhibit_id, "part": part, "from": source,
        "into": into, "way": way, "translated_by": made.done_by, "document_sha256": made.document_sha256,
    }  # fmt: skip
    with store.transaction() as connection:
        translations.write(connection, made)
        (seq,) = enter(workspace, [body])
        translations.number(connection, made.translation_id, seq)
    return made
