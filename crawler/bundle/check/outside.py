"""Whether the key and the roots that a verifier was given come from outside the bundle, as they must."""

from collections.abc import Iterator
from pathlib import Path

from crawler.model import Finding

DECLARATION = "bagit.txt"


def check_outside(bundle: Path, key: Path | None, roots: Path | None) -> Iterator[Finding]:
    """Name a key or roots that lie inside the bundle: whoever made the bundle could put any there.

    A ZIP is held against the folder of its name. A copy that was taken out of the bundle cannot be told.
    """
    if key is not None and _inside(bundle, key):
        why = "the key given lies inside the bundle: it proves nothing about who made it"
        yield Finding("signer", str(key), "not_checked", None, None, why)
    if roots is not None and _inside(bundle, roots):
        why = "the roots given lie inside the bundle: they prove nothing about who stamped it"
        yield Finding("roots", str(roots), "not_checked", None, None, why)


def _inside(bundle: Path, file: Path) -> bool:
    whole, place = bundle.resolve(), file.resolve()
    if whole.is_dir():
        return place.is_relative_to(whole)
    return any(folder.name == whole.stem and (folder / DECLARATION).is_file() for folder in place.parents)
