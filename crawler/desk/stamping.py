"""Stamps asked for by a person: what is pending now, and renewals before certificates end."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from crawler import clock
from crawler.bundle import custody, late_stamps
from crawler.config import Authority
from crawler.desk.person import acting
from crawler.engine.revocation_lists import RevocationLists
from crawler.engine.sealing import keep, roots_of, stamp_all, stamping_lock
from crawler.engine.stamping import Obtained, Send, obtain, send
from crawler.errors import TimestampError
from crawler.evidence import stamp_names, stamps, timestamp
from crawler.evidence.canonical import sha256_hex
from crawler.evidence.ledger import Ledger
from crawler.evidence.segment import SUFFIX
from crawler.store import Store, exhibits
from crawler.workspace import Workspace

SPOILT = "its facts cannot be read; run: titlewatch verify"


@dataclass(frozen=True, slots=True)
class Done:
    """What came of one stamp."""

    subject: str
    """The file that the stamp is, or would be, over."""
    authority: str
    state: str
    """``stamped``, ``renewed``, ``pending`` or ``failed``."""
    gen_time: str | None = None
    expires: str | None = None
    why: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """As ``--json`` prints it."""
        return asdict(self)


def stamp_workspace(workspace: Workspace, sender: Send = send) -> list[Done]:
    """Ask for every stamp over a seal that is missing; the beginning of a run is stamped then or never."""
    evidence = workspace.configuration().evidence
    done: list[Done] = []

    def stamped(entry: Mapping[str, Any], _: Mapping[str, Any]) -> None:
        done.append(Done(str(entry["subject"]), str(entry["authority"]), "stamped", str(entry["gen_time"])))

    with _ledger(workspace) as ledger:
        still = stamp_all(workspace, ledger, evidence, None, sender, stamped)
    return done + [Done(one.subject, one.authority, "pending", why=one.why) for one in still]


def stamp_bundle(workspace: Workspace, bundle: Path, sender: Send = send) -> list[Done]:
    """Ask for the stamps that were pending when a bundle was exported. Raises UsageError, EvidenceError."""
    manifest = late_stamps.tag_manifest(bundle)
    authorities = {authority.id: authority for authority in workspace.configuration().evidence.timestamps}
    names = late_stamps.pending(bundle)
    known = late_stamps.named(names, list(authorities))
    done: list[Done] = []
    with _ledger(workspace) as ledger:
        for name in names:
            subject = late_stamps.subject(bundle, name, 0)
            if name not in known:
                done.append(Done(subject, name, "pending", why="no such authority is configured"))
                continue
            authority = authorities[known[name]]
            try:
                obtained = obtain(manifest, authority, roots_of(workspace, authority), sender, RevocationLists())
            except TimestampError as error:
                done.append(Done(subject, name, "pending", why=str(error)))
                continue
            with stamping_lock(workspace):
                if not late_stamps.is_accepted(bundle, name, 0):
                    done.append(_kept_in_bundle(ledger, bundle, name, 0, obtained))
    return done


def renew_workspace(workspace: Workspace, within: timedelta = stamps.SOON, sender: Send = send) -> list[Done]:
    """Stamp again each stamp of the workspace whose certificates end within a time, or have ended."""
    evidence = workspace.configuration().evidence
    done: list[Done] = []
    with _ledger(workspace) as ledger:
        roots = _all_roots(workspace, evidence.timestamps)
        links, spoilt = stamps.ending(workspace.evidence, clock.now(), within)
        done += [Done(name, _authority_of(name), "failed", why=SPOILT) for name in spoilt]
        for link in links:
            renewal = link.renewal + 1
            try:
                _check_link(link, roots)
                data = link.reply.read_bytes()
                authority, obtained = _longer(
                    workspace, evidence.timestamps, link.authority, data, link.expires, sender
                )
            except TimestampError as error:
                done.append(
                    Done(link.reply.name, link.authority, "failed", expires=clock.stamp(link.expires), why=error.what)
                )
                continue
            with stamping_lock(workspace):
                if stamps.is_accepted(link.subject, link.authority, renewal):
                    continue
                keep(ledger, link.subject, authority, obtained, None, evidence.clock_limit, renewal, link.authority)
            done.append(_renewed(link.reply.name, link.authority, obtained))
    return done


def renew_bundle(
    workspace: Workspace, bundle: Path, within: timedelta = stamps.SOON, sender: Send = send
) -> list[Done]:
    """Stamp again each stamp over a bundle whose certificates end within a time. Raises UsageError, EvidenceError."""
    authorities = workspace.configuration().evidence.timestamps
    late_stamps.tag_manifest(bundle)
    done: list[Done] = []
    with _ledger(workspace) as ledger:
        links = late_stamps.newest(bundle, _all_roots(workspace, authorities))
        known = late_stamps.named([link.authority for link in links], [one.id for one in authorities])
        for link in links:
            if link.expires > clock.now() + within:
                continue
            renewal = link.renewal + 1
            first = known.get(link.authority, "")
            try:
                data = link.reply.read_bytes()
                _, obtained = _longer(workspace, authorities, first, data, link.expires, sender)
            except TimestampError as error:
                subject = late_stamps.subject(bundle, link.authority, renewal)
                done.append(Done(subject, link.authority, "failed", expires=clock.stamp(link.expires), why=error.what))
                continue
            with stamping_lock(workspace):
                if not late_stamps.is_accepted(bundle, link.authority, renewal):
                    done.append(_kept_in_bundle(ledger, bundle, link.authority, renewal, obtained))
    return done


class HitStamps:
    """How far the records of hits are stamped; each seal is looked at once."""

    def __init__(self, workspace: Workspace, store: Store) -> None:
        self._folder = workspace.evidence
        self._ids = [authority.id for authority in workspace.configuration().evidence.timestamps]
        self._store = store
        self._known: dict[str, str] = {}

    def of(self, exhibit_id: str | None) -> str | None:
        """``stamped``, ``pending``, ``unsealed`` or ``UNSTAMPED``; None for a hit without an exhibit."""
        segment = exhibits.page_segment(self._store, exhibit_id) if exhibit_id else None
        if segment is None:
            return None
        if segment not in self._known:
            self._known[segment] = self._standing(segment)
        return self._known[segment]

    def _standing(self, segment: str) -> str:
        seal = self._folder / (segment.removesuffix(SUFFIX) + stamps.SEAL)
        if not seal.is_file():
            return "unsealed"
        asked = {*self._ids, *json.loads(seal.read_bytes())["authorities"]}
        if not asked:
            return "UNSTAMPED"
        return "stamped" if all(stamps.stamp_paths(seal, one)[3].is_file() for one in asked) else "pending"


def _longer(
    workspace: Workspace, authorities: Sequence[Authority], first: str, data: bytes, ends: datetime, sender: Send
) -> tuple[Authority, Obtained]:
    """A stamp that outlives the one that it renews: of the same authority when it can, else of another.

    Raises TimestampError with what each of them said.
    """
    whys: list[str] = []
    for authority in sorted(authorities, key=lambda one: one.id != first):
        try:
            obtained = obtain(data, authority, roots_of(workspace, authority), sender, RevocationLists())
        except TimestampError as error:
            whys.append(f"{authority.id}: {error.what}")
            continue
        if obtained.stamp.expires > ends:
            return authority, obtained
        whys.append(f"{authority.id}: its certificates end no later, on {obtained.stamp.expires:%Y-%m-%d}")
    why = "; ".join(whys) or "no timestamp authority is configured"
    raise TimestampError(f"not renewed ({why})", first, "add an authority to evidence.timestamps")


def _check_link(link: stamps.Link, roots: bytes) -> None:
    request, reply, chain, _ = stamps.stamp_paths(link.subject, link.authority, link.renewal)
    data = stamps.subject_of(link.subject, link.authority, link.renewal).read_bytes()
    timestamp.verify_stored(data, request.read_bytes(), reply.read_bytes(), chain.read_bytes(), roots)


def _kept_in_bundle(ledger: Ledger, bundle: Path, name: str, renewal: int, obtained: Obtained) -> Done:
    files = late_stamps.store(bundle, name, renewal, obtained)
    subject = late_stamps.subject(bundle, name, renewal)
    unchecked = obtained.stamp.unchecked
    person = acting()
    body = {
        "type": "stamp",
        "subject": subject,
        "authority": name,
        "gen_time": clock.stamp(obtained.stamp.gen_time),
        "serial": obtained.stamp.serial,
        "revocation": f"not checked: {unchecked}" if unchecked else "checked",
        "bundle": bundle.name,
        "files": {path: {"sha256": sha256_hex(data), "bytes": len(data)} for path, data in files.items()},
        "system_user": person.user,
        "system_host": person.host,
    }
    ledger.append([body | ({"renewal": renewal} if renewal else {})])
    if custody.path_of(bundle).is_file():
        custody.add(bundle, custody.Act("note", custody.acting(), note=f"added: {', '.join(files)}"))
    if renewal:
        return _renewed(subject, name, obtained)
    return Done(subject, name, "stamped", clock.stamp(obtained.stamp.gen_time), clock.stamp(obtained.stamp.expires))


def _authority_of(facts: str) -> str:
    found = stamp_names.parse(facts)
    return found.authority if found else ""


def _renewed(subject: str, authority: str, obtained: Obtained) -> Done:
    stamp = obtained.stamp
    return Done(subject, authority, "renewed", clock.stamp(stamp.gen_time), clock.stamp(stamp.expires))


def _all_roots(workspace: Workspace, authorities: Sequence[Authority]) -> bytes:
    """The roots that are or were pinned: an old stamp's authority need not be configured any more."""
    pinned = [roots_of(workspace, authority) for authority in authorities]
    return b"".join([*pinned, *(path.read_bytes() for path in sorted(workspace.roots.glob("*.pem")))])


@contextmanager
def _ledger(workspace: Workspace) -> Iterator[Ledger]:
    ledger = Ledger(workspace.ledger)
    try:
        yield ledger
    finally:
        ledger.close()
