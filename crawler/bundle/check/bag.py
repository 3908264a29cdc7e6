"""The bag itself: closed list of files, manifests, bag-info.txt (format.md 3)."""

import re
from collections.abc import Iterator
from contextlib import suppress

from crawler.bundle import layout
from crawler.bundle.check.tree import Files
from crawler.errors import VerificationError
from crawler.model import Finding
from crawler.wording import counted

_LINE = re.compile(r"(?P<hash>[0-9a-f]+)  (?P<name>[A-Za-z0-9][A-Za-z0-9._/-]*)\Z")
_LABEL = re.compile(r"(?P<label>[A-Za-z0-9-]+): (?P<value>[^\x00-\x1f\x7f]+)\Z")
DIGITS = {"sha256": 64, "sha512": 128}


def information(files: Files) -> dict[str, str]:
    """bag-info.txt as label -> value. Raises VerificationError for a form that is not ours."""
    found: dict[str, str] = {}
    text = files.read("bag-info.txt", 1 << 20).decode("utf-8")
    for line in text.removesuffix("\n").split("\n"):
        match = _LABEL.match(line)
        if not match or match["label"] in found or match["value"] != match["value"].strip():
            raise VerificationError(f"a line that is no label of its own: {line[:60]!r}", "bag-info.txt")
        found[match["label"]] = match["value"]
    if not text.endswith("\n"):
        raise VerificationError("the last line is not whole", "bag-info.txt")
    return found


def check_bag(files: Files) -> Iterator[Finding]:
    """Check the list of files and the hash of each; one finding per wrong file."""
    listed: dict[str, dict[str, str]] = {}
    unread: set[str] = set()
    whole = True
    for prefix in ("manifest", "tagmanifest"):
        for algorithm, digits in DIGITS.items():
            name = f"{prefix}-{algorithm}.txt"
            try:
                entries = _entries(files, name, digits)
            except (VerificationError, UnicodeDecodeError) as error:
                # Said once: a list that cannot be read disagrees with nothing.
                yield Finding("manifest", name, "fail", None, None, str(error))
                unread.add(name)
                whole = False
                continue
            for path, digest in entries.items():
                listed.setdefault(path, {})[algorithm] = digest
                if path.startswith("data/") != (prefix == "manifest"):
                    yield Finding("manifest", path, "fail", None, name, "listed in the wrong manifest")
                    whole = False
    if "bagit.txt" in files.sizes and files.read("bagit.txt", 1 << 16) != layout.BAGIT:
        yield Finding("bagit.txt", "bagit.txt", "fail", layout.BAGIT.decode(), None, "not the declaration of BagIt 1.0")
        whole = False
    for problem in _closed(files, set(listed)):
        whole = False
        yield problem
    for path, digests in sorted(listed.items()):
        if path not in files.sizes:
            yield Finding("file", path, "fail", digests.get("sha256"), "no such file", "listed and missing")
            whole = False
            continue
        try:
            found = dict(zip(("sha256", "sha512"), files.digests(path), strict=True))
        except (VerificationError, OSError) as error:
            why = error.what if isinstance(error, VerificationError) else "cannot be read"
            yield Finding("file", path, "fail", digests.get("sha256"), str(error), why)
            whole = False
            continue
        prefix = "manifest" if path.startswith("data/") else "tagmanifest"
        wrong = [
            algorithm
            for algorithm, value in found.items()
            if digests.get(algorithm) != value and f"{prefix}-{algorithm}.txt" not in unread
        ]
        whole = whole and not wrong
        if len(wrong) == 1:
            why = f"the manifests do not agree on {path}"
            if unread:
                yield Finding(
                    "file", path, "fail", digests.get(wrong[0]), found[wrong[0]], "not the file that was listed"
                )
                continue
            yield Finding("manifest", f"{prefix}-{wrong[0]}.txt", "fail", digests.get(wrong[0]), found[wrong[0]], why)
        elif wrong:
            yield Finding("file", path, "fail", digests.get("sha256"), found["sha256"], "not the file that was listed")
    if whole:
        yield Finding(
            "files", "manifests", "pass", None, counted(len(listed), "file"), "each as listed, none beside them"
        )


def hash_listed(files: Files) -> dict[str, tuple[str, str]]:
    """SHA-256 and SHA-512 of every file that a readable manifest lists."""
    names: set[str] = set()
    for prefix in ("manifest", "tagmanifest"):
        for algorithm, digits in DIGITS.items():
            with suppress(VerificationError, UnicodeDecodeError, OSError):
                names |= _entries(files, f"{prefix}-{algorithm}.txt", digits).keys()
    return files.hash_ahead(names)


def _entries(files: Files, name: str, digits: int) -> dict[str, str]:
    text = files.read(name).decode("ascii")
    if not text.endswith("\n"):
        raise VerificationError("the last line is not whole", name)
    found: dict[str, str] = {}
    last = ""
    for line in text[:-1].split("\n"):
        match = _LINE.match(line)
        if not match or len(match["hash"]) != digits or any(p in ("", ".", "..") for p in match["name"].split("/")):
            raise VerificationError(f"a line that is no manifest line: {line[:80]!r}", name)
        if match["name"] in found:
            raise VerificationError(f"lists {match['name']} twice", name)
        if match["name"] < last:
            raise VerificationError(f"lists {match['name']} out of order", name)
        last = match["name"]
        found[match["name"]] = match["hash"]
    return found


def _closed(files: Files, listed: set[str]) -> Iterator[Finding]:
    """Nothing may lie in a bundle that no list names, and nothing that every bundle has may lack."""
    beside = {*layout.TAG_MANIFESTS, layout.SIGNATURE, layout.PUBLIC_KEY}
    for name in sorted(files.sizes):
        if name not in listed and name not in beside and not layout.STAMP.match(name):
            yield Finding("file", name, "fail", None, counted(files.sizes[name], "byte"), "no manifest lists it")
    allowed = set(layout.TAG_FILES)
    for name in sorted(listed):
        if not name.startswith("data/") and name not in allowed:
            yield Finding("file", name, "fail", None, None, "not a file that a bundle has")
    for name in sorted({*layout.TAG_FILES, *layout.PAYLOAD} - listed):
        yield Finding("file", name, "fail", "a file that every bundle has", None, "no manifest lists it")
    for name in sorted(beside - files.sizes.keys()):
        yield Finding("file", name, "fail", "a file that every bundle has", "no such file", "missing")
    if not any(name.startswith("data/forms/") for name in listed):
        yield Finding("file", "data/forms", "fail", "at least one form", None, "missing")
