"""Writing a package: its documents in each language, its README, its manifest, the signature over that."""

import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from crawler.bundle.markings import one_line
from crawler.bundle.referral import forms, frame, press
from crawler.bundle.referral.attribution_sheet import Draw
from crawler.bundle.referral.blocks import Sheet
from crawler.bundle.referral.documents import Document
from crawler.bundle.referral.language import Language, own
from crawler.bundle.referral.layout import (
    DOSSIER,
    FORMAT,
    MANIFEST,
    PUBLIC_KEY,
    REFERRAL,
    SIGNATURE,
    stands_outside,
)
from crawler.bundle.referral.plain import plain
from crawler.bundle.referral.telling import Telling
from crawler.casework.dossier import Dossier
from crawler.errors import EvidenceError
from crawler.evidence.keys import Signer
from crawler.wording import LANGUAGES

_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Order:
    """What a package is made of."""

    name: str
    dossier: Dossier
    languages: Sequence[Language]
    made_on: date
    shut: Mapping[str, str]
    """Purpose -> why its gate is shut: what needs it is left out, and the README says so."""
    draw: Draw | None = None


@dataclass(frozen=True, slots=True)
class Paper:
    """A document laid out in a language, in each of its files."""

    document: str
    title: str
    files: Mapping[str, bytes]
    """By their names in the package."""
    is_dated: bool


@dataclass(frozen=True, slots=True)
class Papers:
    """The documents of a package, laid out."""

    dossier: Dossier
    """What they were laid out from."""
    every: tuple[Paper, ...]
    left_out: Mapping[str, str]


def lay_out(order: Order, before: Papers | None = None) -> Papers:
    """Every document in every language; of those `before`, what neither names the bundle nor would differ is kept.

    Raises EvidenceError where the cover cannot be brought to one page, EnvironmentProblem where nothing can be printed.
    """
    is_same = before is not None and replace(before.dossier, bundle=order.dossier.bundle) == order.dossier
    kept = {name: one for one in before.every for name in one.files} if before and is_same else {}
    every: list[Paper] = []
    left_out: dict[str, str] = {}
    documents = (*frame.documents(order.draw), *forms.documents(order.dossier, order.draw, order.shut))
    for language in order.languages:
        telling = Telling(order.dossier, language, order.name, order.made_on)
        for document in documents:
            if not document.fits(telling):
                continue
            if document.purpose in order.shut:
                left_out[document.name] = order.shut[document.purpose]
                continue
            known = kept.get(f"{language.tag}/{document.name}.pdf")
            if known is not None and not document.is_dated:
                every.append(known)
                continue
            sheet, files = _files(document, telling)
            named = {f"{language.tag}/{document.name}.{ending}": data for ending, data in files.items()}
            every.append(Paper(document.name, sheet.title, named, document.is_dated))
    return Papers(order.dossier, tuple(every), left_out)


def write(folder: Path, order: Order, signer: Signer, before: Papers | None = None) -> str:
    """Write everything but the bundle, which lies in the folder already; returns the manifest's SHA-256.

    `before` is what was laid out to see whether it can be. Raises what `lay_out` does, and OSError.
    """
    papers = lay_out(order, before)
    left_out = papers.left_out
    written = {name: paper.title for paper in papers.every for name in paper.files}
    dated = {
        REFERRAL,
        *(f"README-{tag}.md" for tag in _readme_tags(order)),
        *(name for paper in papers.every if paper.is_dated for name in paper.files),
    }
    for paper in papers.every:
        for name, data in paper.files.items():
            _put(folder / name, data)
    bundle = order.dossier.bundle
    _put(folder / REFERRAL, _json(_about(order, left_out)))
    _put(folder / DOSSIER, _json(plain(order.dossier)))
    for tag in _readme_tags(order):
        language = next((one for one in order.languages if one.tag == tag), None) or own(tag)
        telling = Telling(order.dossier, language, order.name, order.made_on)
        text = readme(telling, written, sorted(dated), left_out, signer.fingerprint, bundle.name if bundle else "")
        _put(folder / f"README-{tag}.md", text.encode("utf-8"))
    manifest = "".join(f"{digest}  {name}\n" for name, digest in hashes(folder)).encode("utf-8")
    _put(folder / MANIFEST, manifest)
    _put(folder / SIGNATURE, signer.sign(manifest))
    _put(folder / PUBLIC_KEY, signer.public_pem)
    return sha256(manifest).hexdigest()


def _files(document: Document, telling: Telling) -> tuple[Sheet, dict[str, bytes]]:
    for make in (document.make, *document.tighter):
        sheet = make(telling)
        data = press.pdf(sheet, telling.language, _foot(telling, sheet))
        if sheet.shape != "fax" or press.pages(data) == 1:
            break
    else:
        raise EvidenceError(
            "the cover takes more than one page", telling.language.tag, "shorten the case's title and the names"
        )
    others = {ending: writer(sheet, telling) for ending, writer in (document.writers or {}).items()}
    return sheet, {"pdf": data, **others}


def _foot(telling: Telling, sheet: Sheet) -> str:
    return telling.say("page.foot", case=telling.dossier.case.case_id, title=sheet.title)


def readme(
    telling: Telling, written: Mapping[str, str], dated: Sequence[str], left_out: Mapping[str, str], fingerprint: str,
    bundle: str,
) -> str:  # fmt: skip
    """The covering README in a language."""
    dossier, say = telling.dossier, telling.say
    left = [say("readme.left_out", name=name, why=why) for name, why in sorted(left_out.items())]
    return say(
        "readme.text", package=telling.package, case=dossier.case.case_id, title=one_line(dossier.case.title),
        referral=dossier.referral_id, agency=one_line(dossier.addressee.agency),
        collector=one_line(telling.listed([dossier.collector.organisation, dossier.collector.name, dossier.collector.contact])),
        files="\n".join(say("readme.file", file=name, title=title) for name, title in sorted(written.items())),
        bundle=bundle, fingerprint=fingerprint, dated=telling.listed(f"`{name}`" for name in dated),
        stamps="".join(f"{one.text}\n\n" for one in telling.stamps()),
        left_out="\n".join(left) + "\n" if left else "",
    ).lstrip()  # fmt: skip


def _readme_tags(order: Order) -> list[str]:
    """Both of our own languages, and every other one that the package has."""
    return [*LANGUAGES, *(one.tag for one in order.languages if one.tag not in LANGUAGES)]


def _about(order: Order, left_out: Mapping[str, str]) -> dict[str, Any]:
    dossier = order.dossier
    return {
        "format": FORMAT,
        "package": order.name,
        "referral": dossier.referral_id,
        "case": dossier.case.case_id,
        "agency": dossier.addressee.agency,
        "languages": [one.tag for one in order.languages],
        "made_on": order.made_on.isoformat(),
        "bundle": plain(dossier.bundle),
        "left_out": dict(left_out),
    }


def hashes(folder: Path) -> Iterator[tuple[str, str]]:
    """Every file that the manifest names, with its SHA-256, in order of their names."""
    for name in sorted(_names(folder)):
        digest = sha256()
        with (folder / name).open("rb") as file:
            while piece := file.read(_PIECE):
                digest.update(piece)
        yield name, digest.hexdigest()


def _names(folder: Path) -> Iterable[str]:
    for path in folder.rglob("*"):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and not stands_outside(name):
            yield name


def _put(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode("utf-8")
