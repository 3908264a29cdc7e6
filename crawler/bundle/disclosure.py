"""Disclosing a part of a bundle: chosen exhibits alone, each still provable (format.md 13).

Works from the bundle, without workspace or key; the bundle itself is never touched.
"""

import hashlib
import os
import secrets
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from crawler import __version__, clock
from crawler.bundle import custody, disclosure_layout, disclosure_script
from crawler.bundle.archive import zip_bundle
from crawler.bundle.bag import Bag
from crawler.bundle.check import check
from crawler.bundle.check.zip_form import opened
from crawler.bundle.disclosure_part import Part
from crawler.bundle.disclosure_reading import Original
from crawler.bundle.markings import one_line
from crawler.bundle.redaction_rules import Rules
from crawler.errors import RefusedError, StorageError, VerificationError
from crawler.wording import say

Pictures = Literal["as the text", "none", "looked at"]
"""Pictures go with a page whose text stays; a person who has looked at them may let the others go too."""


@dataclass(frozen=True, slots=True)
class Order:
    """What to disclose."""

    exhibits: tuple[str, ...]
    """Numbers or ids."""
    rules: Rules | None = None
    pictures: Pictures = "as the text"
    out: Path | None = None
    """The parent folder; default: beside the bundle."""
    zipped: bool = False


@dataclass(frozen=True, slots=True)
class Disclosed:
    """A finished part."""

    folder: Path
    """Absolute."""
    exhibits: int
    withheld: int
    """Exhibits that stay with us."""
    redactions: Mapping[str, int]
    """Kind -> marks in the derived files."""
    records_withheld: int
    not_hidden: tuple[str, ...]
    """Files that are needed as they are, and hold what a rule names word by word."""
    zip: Path | None = None


def disclose(bundle: Path, order: Order) -> Disclosed:
    """Write the part beside the bundle or into `order.out`; equal bundles, choices and rules give equal ``data/``.

    Raises VerificationError when the bundle does not hold, UnknownObjectError for an exhibit
    that it does not have, RefusedError when this part lies there already.
    """
    bundle = bundle.absolute()
    wrong = [finding for finding in check(bundle) if finding.state == "fail" and finding.check != "custody"]
    if wrong:
        first = f"{wrong[0].check}: {wrong[0].object}"
        raise VerificationError("the bundle does not hold", first, "run: titlewatch verify; disclose from a whole one")
    if os.path.lexists(custody.path_of(bundle)):
        # What will be entered there must not fail when the part has its name.
        custody.matching(bundle)
    parent = (order.out or bundle.parent).absolute()
    with opened(bundle.resolve() if bundle.is_dir() else bundle) as (files, _):
        assert files is not None
        if disclosure_layout.DISCLOSURE in files.sizes:
            raise RefusedError("a part already", str(bundle), "disclose from the whole bundle")
        original = Original(files)
        part = Part(original, order.rules, order.pictures == "none", order.pictures == "looked at")
        part.choose(original.chosen(order.exhibits))
        temporary = parent / f".{original.name}.{secrets.token_hex(4)}.part"
        try:
            temporary.mkdir(parents=True)
            bag = Bag(temporary)
            part.write(bag)
            final = parent / _close(bag, part, original)
            _look(final, order.zipped)
            _verify(temporary)
            bag.sync()
            temporary.rename(final)
        except OSError as error:
            why = f"cannot write ({error.strerror})"
            raise StorageError(why, str(parent), "free space or mend the permissions") from error
        finally:
            shutil.rmtree(temporary, ignore_errors=True)
        _enter(bundle, final, original)
    return Disclosed(
        folder=final,
        exhibits=len(part.exhibits),
        withheld=len(original.case["exhibits"]) - len(part.exhibits),
        redactions=dict(sorted(part.marks_made.items())),
        records_withheld=len(part.records_withheld),
        not_hidden=tuple(part.not_hidden),
        zip=zip_bundle(final) if order.zipped else None,
    )


def _look(final: Path, zipped: bool) -> None:
    """Nothing may lie where the part, its custody file or its ZIP will. Raises RefusedError."""
    if os.path.lexists(final):
        raise RefusedError("this part was made already", str(final), "hand that one over, or name another --out")
    archive = final.with_name(final.name + ".zip")
    beside = [custody.path_of(final), *([archive, archive.with_name(archive.name + ".sha256")] if zipped else [])]
    for path in beside:
        if os.path.lexists(path):
            remedy = "move it away together with what it belongs to, or name another --out"
            raise RefusedError("this part was made already, and of it there is still", str(path), remedy)


def _verify(folder: Path) -> None:
    """No part is handed out that its receiver would find wanting. Raises VerificationError."""
    wrong = [finding for finding in check(folder) if finding.state == "fail"]
    if wrong:
        first = wrong[0]
        remedy = "choose or redact otherwise, and report this as a fault of titlewatch; nothing was written"
        raise VerificationError(f"the part would not hold: {first.check}: {first.why}", first.object, remedy)


def _close(bag: Bag, part: Part, original: Original) -> str:
    """Write the tag files; returns the name, which ends in the beginning of the payload manifest's hash."""
    payload = hashlib.sha256(bag.payload_manifest("sha256")).hexdigest()
    name = f"{original.name}-part-{payload[:8]}"
    said, now = original.said, clock.now().replace(microsecond=0)
    for language in ("en", "zh"):
        bag.add(f"README-{language}.md", _readme(language, name, part, original).encode("utf-8"))
    bag.add("verify.sh", disclosure_script.script())
    (bag.folder / "verify.sh").chmod(0o755)
    bag.finish(
        {
            "External-Identifier": said["External-Identifier"],
            "Internal-Sender-Identifier": name,
            "Internal-Sender-Description": disclosure_layout.DESCRIPTION,
            "Bagging-Date": f"{now:%Y-%m-%d}",
            "Export-UTC": clock.stamp(now),
            "Payload-Oxum": bag.oxum,
            "Bag-Software-Agent": f"titlewatch {__version__}",
            "BagIt-Profile-Identifier": disclosure_layout.PROFILE,
            "Titlewatch-Format": disclosure_layout.FORMAT,
            "Original-Bundle": original.name,
            "Original-Tag-Manifest-SHA256": original.tag_manifest_sha256,
            "Exhibit-Count": str(len(part.exhibits)),
            "Exhibits-Withheld": str(len(original.case["exhibits"]) - len(part.exhibits)),
            "Record-Count": str(part.records),
            "Records-Withheld": str(len(part.records_withheld)),
            "Redaction-Decided-By": one_line(part.rules.decided_by)
            if part.rules
            else disclosure_layout.NOTHING_REDACTED,
        }
    )
    return name


def _readme(language: str, name: str, part: Part, original: Original) -> str:
    withheld = [say(f"disclosure.why.{why}", language, count=count) for why, count in part.reasons().items()]
    numbers = ", ".join(str(exhibit["number"]) for exhibit in part.exhibits)
    if part.rules:
        counts = "; ".join(f"{kind}: {count}" for kind, count in sorted(part.marks_made.items())) or "0"
        redacted = say(
            "disclosure.redacted", language,
            by=one_line(part.rules.decided_by), reason=one_line(part.rules.reason), counts=counts,
        )  # fmt: skip
    else:
        redacted = say("disclosure.unredacted", language)
    return say(
        "disclosure.readme",
        language,
        name=name,
        original=original.name,
        case_id=one_line(original.said["External-Identifier"]),
        numbers=numbers,
        of=len(original.case["exhibits"]),
        fingerprint=original.said["Signer-Fingerprint"],
        tag_manifest=original.tag_manifest_sha256,
        withheld="\n".join(f"- {line}" for line in withheld),
        redacted=redacted,
        format=disclosure_layout.FORMAT,
    ).lstrip()


def _enter(bundle: Path, final: Path, original: Original) -> None:
    """Custody of the part begins; that of the whole, where it is kept beside it, names the part."""
    custody.begin(final, "disclosed", note=f"from {original.name}")
    if os.path.lexists(custody.path_of(bundle)):
        custody.add(bundle, custody.Act("disclosed", custody.acting(), note=final.name))
