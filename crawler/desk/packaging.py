"""A referral made into a package: through every gate, with the bundle beside, entered in the ledger before it has its name."""

import os
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from crawler import clock
from crawler.casework import gates
from crawler.casework.basis import Basis
from crawler.casework.dossier import Stamps
from crawler.casework.facts import BundleFact
from crawler.desk import attributing, corresponding, dossiers, exporting, referring, routing
from crawler.desk.clearing import Purpose
from crawler.desk.dossier_pictures import drawing
from crawler.desk.entering import enter
from crawler.desk.exporting import Progress
from crawler.errors import RefusedError, StorageError
from crawler.evidence import key_change, key_ring
from crawler.evidence.canonical import sha256_hex
from crawler.evidence.durable import sync_folder
from crawler.evidence.keys import Signer
from crawler.evidence.ledger import Ledger
from crawler.evidence.making import EXPORT, clear_abandoned, making
from crawler.store import Store
from crawler.store.referrals import Referral
from crawler.workspace import Workspace

if TYPE_CHECKING:
    from crawler.bundle.build import Built
    from crawler.bundle.referral.language import Language

LANGUAGES = "languages"
"""In a workspace: the folder of further languages, one file each."""
BOTH = "both"


@dataclass(frozen=True, slots=True)
class Packaged:
    """A finished package."""

    package: Path
    """Absolute."""
    bundle: Path
    """The bundle that it was made with, where `export` left it."""
    languages: tuple[str, ...]
    left_out: Mapping[str, str]
    """What needs a gate that is shut -> why."""
    notes: tuple[str, ...]
    """What the bundle's reader must know."""
    manifest_sha256: str


def package(
    store: Store, workspace: Workspace, referral_id: str, *, languages: Sequence[str] = (BOTH,), out: Path | None = None,
    approval: str | None = None, parties_by: str | None = None, progress: Progress | None = None,
) -> Packaged:  # fmt: skip
    """Build the package of a referral, its bundle first. Raises RefusedError when a gate is shut; then nothing is written."""
    from crawler.bundle import printing
    from crawler.bundle.layout import safe_name
    from crawler.bundle.referral import package as packages

    wanted = _languages(workspace, languages)
    printing.prepare()
    referral = _ready(store, workspace, referral_id, approval)
    shut = _shut(store, workspace, referral.referral_id, approval)
    to = gates.agency(referral.agency)
    # The papers say what the record shows of the hosts, whether or not anybody asked for that before.
    attributing.observe(store, workspace, routing.reach(store, workspace, referral.case_id).hosts)
    gathered = dossiers.gather(store, workspace, referral.referral_id, parties_by=parties_by)
    parent = (out or workspace.exports).absolute()
    now = clock.now()
    name = f"TW-REFERRAL-{safe_name(referral.case_id)}-{to.country}-{now:%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}"
    draw = drawing(store, workspace)
    # What cannot be printed shows before anything is exported: with a bundle whose name and hash are as long as the real ones.
    trial = replace(gathered, bundle=_unmade(referral.case_id, len(gathered.items), _signer(workspace)))
    papers = packages.lay_out(packages.Order(name, trial, wanted, now.date(), shut, draw))
    order = exporting.Order(referral.case_id, referral.agency, approval, out)
    built = exporting.export(store, workspace, order, progress)
    signer = _signer(workspace)
    dossier = replace(gathered, bundle=bundle_fact(built, signer), stamps=_stamps(built))
    final, temporary = parent / name, parent / f".{name}.part"
    try:
        clear_abandoned(parent, EXPORT)
        with making(temporary):
            _beside(built.bundle, temporary)
            written = packages.write(
                temporary, packages.Order(name, dossier, wanted, now.date(), shut, draw), signer, papers
            )
            body = {
                "type": "referral", "act": "package", "referral": referral.referral_id, "case": referral.case_id,
                "agency": referral.agency, "package": name, "bundle": built.bundle.name, "manifest_sha256": written,
                "languages": [one.tag for one in wanted],
            }  # fmt: skip
            enter(workspace, [body])
            temporary.rename(final)
            sync_folder(parent)
    except OSError as error:
        raise StorageError(
            f"cannot write ({error.strerror})", str(parent), "free space or mend the permissions"
        ) from error
    return Packaged(final, built.bundle, tuple(one.tag for one in wanted), shut, built.notes, written)


def _ready(store: Store, workspace: Workspace, referral_id: str, approval: str | None) -> Referral:
    """Pass the gates; of a referral that was sent and whose case changed since, say what there is to do instead."""
    try:
        return referring.ready(store, workspace, referral_id, purpose="package", approval=approval).referral
    except RefusedError as refused:
        now = corresponding.standing(store, referral_id)
        its = now.referral.referral_id
        is_sent = any(act.act == "dispatch" for act in now.acts)
        people = gates.people(referring.approved(store, workspace, its))
        # Any other gate speaks for itself.
        if is_sent and refused.which == its and people < gates.PEOPLE:
            correct = f"titlewatch referrals correction {its}" if now.changed else ""
            draft = f'titlewatch referrals draft {now.referral.case_id} --agency "{now.referral.agency}" --basis TEXT --by NAME'
            raise RefusedError(
                "it was sent already, and decisions were changed since, so that its approvals stand no longer", its,
                f"{f'correct what was sent with: {correct}; ' if correct else ''}for a new package draft anew with: {draft}",
            ) from None  # fmt: skip
        raise


def _unmade(case_id: str, exhibits: int, signer: Signer) -> BundleFact:
    """Stands for a bundle while the papers are tried: of the same length in everything that a page says of it."""
    from crawler.bundle.layout import safe_name

    name, digest = f"TW-{safe_name(case_id)}-{clock.now():%Y%m%dT%H%M%SZ}-{'0' * 8}", "0" * 64
    return BundleFact(
        basis=(Basis("bundle", name),), name=name, exhibits=exhibits, made_at=clock.now(), payload_sha256=digest,
        tag_manifest_sha256=digest, signer=signer.fingerprint,
    )  # fmt: skip


def _stamps(built: "Built") -> Stamps:
    if built.unstamped or built.records == "unstamped":
        return "unstamped"
    return "pending" if built.pending or built.records == "pending" else "stamped"


def bundle_fact(built: "Built", signer: Signer) -> BundleFact:
    """What a package says of the bundle beside it."""
    from crawler.bundle.layout import SIGNED

    return BundleFact(
        basis=(Basis("bundle", built.bundle.name),), name=built.bundle.name, exhibits=built.exhibits,
        made_at=clock.now(), payload_sha256=built.payload_sha256,
        tag_manifest_sha256=sha256_hex((built.bundle / SIGNED).read_bytes()), signer=signer.fingerprint,
    )  # fmt: skip


def _languages(workspace: Workspace, tags: Sequence[str]) -> list["Language"]:
    from crawler.bundle.referral.language import named
    from crawler.wording import LANGUAGES as OWN

    every = [one for tag in tags for one in (OWN if tag == BOTH else (tag,))]
    return [named(tag, workspace.folder / LANGUAGES) for tag in dict.fromkeys(every)]


def _shut(store: Store, workspace: Workspace, referral_id: str, approval: str | None) -> dict[str, str]:
    """Why a preservation request, or a notice, may not leave now; the rest of a package is not held up by that."""
    purposes: tuple[Purpose, ...] = ("preservation", "notice")
    found: dict[str, str] = {}
    for purpose in purposes:
        try:
            referring.ready(store, workspace, referral_id, purpose=purpose, approval=approval)
        except RefusedError as refused:
            found[purpose] = "; ".join(part for part in (refused.what, refused.which, refused.remedy) if part)
    return found


def _signer(workspace: Workspace) -> Signer:
    ledger = Ledger(workspace.ledger)
    try:
        return key_change.signer_of(key_ring.ring_of(workspace), ledger)
    finally:
        ledger.close()


def _beside(bundle: Path, folder: Path) -> None:
    """Put the bundle into the folder: the same files under a second name, copied where the disk cannot do that."""
    for path in sorted(bundle.rglob("*")):
        place = folder / bundle.name / path.relative_to(bundle)
        if path.is_dir():
            place.mkdir(parents=True, exist_ok=True)
        else:
            place.parent.mkdir(parents=True, exist_ok=True)
            _link(path, place)
    custody = bundle.with_name(f"{bundle.name}.custody.jsonl")
    if custody.is_file():
        # It grows with each hand that holds this copy, so that it must be a file of its own.
        (folder / custody.name).write_bytes(custody.read_bytes())


def _link(path: Path, place: Path) -> None:
    try:
        os.link(path, place)
    except OSError:
        place.write_bytes(path.read_bytes())
        place.chmod(path.stat().st_mode)
