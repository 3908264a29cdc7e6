"""Every signing key that a ledger names, in order, and which of them vouches for which (format.md 7.5).

Needs the standard library and cryptography, so that a verifier can run it alone.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from crawler.errors import VerificationError
from crawler.evidence import keys
from crawler.evidence.strict_json import serialise
from crawler.model import Finding

CHANGE = "titlewatch-key-change/1"
ROTATE, LOST, COMPROMISED = "rotate", "lost", "compromised"
ACTS = (ROTATE, LOST, COMPROMISED)
_STATED = ("act", "by", "why", "head", "trusted")


def statement(body: Mapping[str, Any]) -> bytes:
    """The bytes that the keys sign when one replaces the other: canonical JSON of the entry's own facts."""
    facts = {name: body[name] for name in _STATED}
    return serialise({"format": CHANGE, "old": body["replaces"], "new": body["signer"], **facts})


@dataclass(slots=True)
class Key:
    """One signing key as the ledger names it."""

    fingerprint: str
    since: int
    """Number of the entry that introduced it."""
    utc: str
    act: str
    """``init``, ``rotate``, ``lost`` or ``compromised``: how it became the workspace's key."""
    by: str
    why: str
    public: bytes | None
    """PEM; None in a ledger of an early version, which named fingerprints only."""
    signed_by_old: bool = False
    signed_by_new: bool = False
    until: int | None = None
    """Number of the entry that replaced it."""
    ended: str | None = None
    """The act of that entry."""
    trusted: int | None = None
    """Last entry that may be trusted under it, where it was lost or compromised."""


@dataclass(slots=True)
class KeyHistory:
    """The keys of a ledger, oldest first, gathered entry by entry."""

    keys: dict[str, Key] = field(default_factory=dict)

    @property
    def current(self) -> Key | None:
        """The key that signs now."""
        return next(reversed(self.keys.values()), None)

    def public(self, signer: str) -> bytes | None:
        """The public key of a fingerprint, PEM, where the ledger holds it."""
        key = self.keys.get(signer)
        return key.public if key else None

    def add(self, entry: Mapping[str, Any], seq: int, root: str | None, which: str) -> Iterator[Finding]:
        """Take in an `init` or `key` entry; `root` is that of the tree before it, where it is known."""
        signer = entry.get("signer")
        if signer is None:
            return
        if not isinstance(signer, str):
            raise TypeError("a signer that is no text")
        try:
            public = _public(entry.get("public"), signer)
        except VerificationError as error:
            yield Finding("key", which, "fail", signer, None, error.what)
            public = None
        if signer in self.keys:
            yield Finding("key", which, "fail", "a new key", signer, "the ledger named this key before")
            return
        said = [entry.get(name) for name in ("utc", "by", "why")]
        utc, by, why = (text if isinstance(text, str) else "" for text in said)
        old = self.current
        if entry["type"] == "init":
            self.keys[signer] = Key(signer, seq, utc, "init", by, why, public)
            if seq or old:
                yield Finding(
                    "key", which, "fail", "entry 0", str(seq), "a workspace is founded once, at the beginning"
                )
            return
        key = Key(signer, seq, utc, str(entry.get("act")), by, why, public)
        self.keys[signer] = key
        if old is not None:
            old.until, old.ended = seq, key.act
            trusted = entry.get("trusted")
            old.trusted = trusted if type(trusted) is int else None
        for expected, found, problem in _wrong(entry, seq, root, old, key):
            yield Finding("key", which, "fail", expected, found, problem)

    def confirm(self, signer: str, given: str | None, covers: int, entered: int | None) -> str:
        """Check that a key could sign something that covers so many entries; returns why it may, if that needs words.

        `given` is the fingerprint of a key from outside; `entered` the number of the entry
        that names the signed thing. Raises VerificationError when the ledger does not name the
        key, when it did not sign then, or when no chain of signatures ties it to `given`.
        """
        if not self.keys:
            if given is not None and given != signer:
                raise VerificationError("sealed with another key than the one given", signer)
            return ""
        if signer not in self.keys:
            raise VerificationError("a key that the ledger does not know", signer)
        if given is not None and given not in self.keys:
            what = "the ledger does not name the key that was given; what was made before a change of key needs the earlier key"
            raise VerificationError(what, given)
        key = self.keys[signer]
        _in_its_time(key, covers, entered)
        if given is None or given == signer:
            return ""
        order = list(self.keys)
        at, trusted = order.index(signer), order.index(given)
        if at < trusted:
            broken = [self.keys[name] for name in order[at + 1 : trusted + 1] if not self.keys[name].signed_by_new]
            if broken:
                raise VerificationError(
                    f"entry {broken[0].since} changes the key and is not signed by the new one", signer
                )
            change = self.keys[order[at + 1]]
            return f"signed with an earlier key, which entry {change.since} names under the signature of the key given"
        broken = [self.keys[name] for name in order[trusted + 1 : at + 1] if not self.keys[name].signed_by_old]
        if broken:
            what = f"the key given did not sign over to it: entry {broken[0].since} says {broken[0].act}"
            raise VerificationError(what, signer)
        return f"signed with a later key, to which the key given signed over in entry {self.keys[order[trusted + 1]].since}"


def _in_its_time(key: Key, covers: int, entered: int | None) -> None:
    if key.since and covers <= key.since:
        raise VerificationError(f"signed with a key that entry {key.since} introduced only later", key.fingerprint)
    if key.until is None:
        return
    if key.trusted is None:
        if covers > key.until:
            raise VerificationError(f"signed with a key that entry {key.until} had replaced", key.fingerprint)
        return
    late = covers > key.trusted + 1
    if key.ended == COMPROMISED:
        # Whoever took the key can date a seal back; the ledger's own numbering is what cannot be.
        late = late or entered is None or entered > key.trusted
    if late:
        what = f"signed with a key that may not be trusted after entry {key.trusted} ({key.ended}, entry {key.until})"
        raise VerificationError(what, key.fingerprint)


def _wrong(
    entry: Mapping[str, Any], seq: int, root: str | None, old: Key | None, key: Key
) -> Iterator[tuple[str | None, str | None, str]]:
    """What is wrong with a change of key; notes on `key` whose signatures hold."""
    if key.act not in ACTS:
        yield ", ".join(ACTS), key.act, "not a change of key that there is"
    if old is None or entry.get("replaces") != old.fingerprint:
        yield (
            old.fingerprint if old else None,
            str(entry.get("replaces")),
            "it replaces a key that was not the ledger's",
        )
        return
    head, trusted = entry.get("head"), entry.get("trusted")
    if not isinstance(head, Mapping) or (head.get("size"), head.get("last")) != (seq, entry.get("prev")):
        yield f"{seq} entries", str(head)[:120], "not the ledger's head before this entry"
    elif root is not None and head.get("root") != root:
        yield root, str(head.get("root")), "not the ledger's root before this entry"
    if (trusted is not None) != (key.act != ROTATE) or (trusted is not None and not _is_before(trusted, seq)):
        yield f"an entry before {seq}", str(trusted), "not an entry until which the old key may be trusted"
    try:
        stated = statement(entry)
    except (KeyError, ValueError, TypeError):
        yield "a statement", None, "the change of key lacks what its signatures are over"
        return
    try:
        old_public = old.public or _public(entry.get("old_public"), old.fingerprint)
    except VerificationError as error:
        yield old.fingerprint, None, f"the old key: {error.what}"
        return
    key.signed_by_new = _holds(key.public, stated, entry.get("new_signature"))
    if not key.signed_by_new:
        yield key.fingerprint, None, "the new key did not sign the change"
    key.signed_by_old = key.act == ROTATE and _holds(old_public, stated, entry.get("old_signature"))
    if key.act == ROTATE and not key.signed_by_old:
        yield old.fingerprint, None, "the old key did not sign the change"
    if old.public is None:
        old.public = old_public


def _is_before(trusted: object, seq: int) -> bool:
    return type(trusted) is int and 0 <= trusted < seq


def _public(pem: object, signer: str) -> bytes | None:
    """The key as PEM; None where the entry has none. Raises VerificationError when it is not the one of that fingerprint."""
    if pem is None:
        return None
    if not isinstance(pem, str) or len(pem) > 1000:
        raise VerificationError("not a public key")
    data = pem.encode("utf-8", "replace")
    if keys.fingerprint(data) != signer or keys.plain(data) != data:
        raise VerificationError("the public key in the entry is not the one of its fingerprint")
    return data


def _holds(public: bytes | None, stated: bytes, signature: object) -> bool:
    """Whether a hexadecimal signature is that key's; who asks turns a no into a finding."""
    if public is None or not isinstance(signature, str):
        return False
    try:
        keys.verify(public, stated, bytes.fromhex(signature))
    except (VerificationError, ValueError):
        return False
    return True
