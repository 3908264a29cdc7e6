"""verify.sh of a disclosed part: what it has to do as a bundle's verify.sh does, it does in the same words."""

from importlib.resources import files

PIECES: dict[str, tuple[str, str, tuple[tuple[str, str], ...]]] = {
    "names": ("set -uf", "info=bag-info.txt", (("the bundle in which it lies, or BUNDLE", "the part in which it lies, or PART"), ("[BUNDLE]]", "[PART]]"), ("inside the bundle", "inside the part"))),
    "labels": ("info=bag-info.txt", "authorities=$(", ()),
    "authorities": ("authorities=$(", "unlisted=$(", ()),
    "size": ("oxum=$(", "root=$(", ()),
    "root": ("root=$(", "small() ", ()),
    "signatures": (
        "small() ", "# The time of a reply",
        (("signatures/", "data/original/signatures/"), ("signed tagmanifest", "signed data/original/tagmanifest")),
    ),
    "stamps": (
        "# The time of a reply", "if have gzip",
        (("timestamps/", "data/original/timestamps/"), ('" tagmanifest-sha256.txt "', '" data/original/tagmanifest-sha256.txt "')),
    ),
    "records": (
        "if have gzip", "skip 'records against",
        # An empty segment is one of which every record is withheld.
        (("data/warc -name '*.warc.gz'", "data/part/warc -name '*.warc.gz' -size +0"), ("data/warc:", "data/part/warc:")),
    ),
}  # fmt: skip
"""Marker in verify-part.sh -> how the piece of verify.sh begins, how what follows it begins, and what is called otherwise."""


def script() -> bytes:
    """The script with every piece in its place. Raises ValueError when verify.sh no longer has one of them."""
    templates = files("crawler.bundle") / "templates"
    whole = (templates / "verify.sh").read_text(encoding="utf-8").splitlines()
    lines: list[str] = []
    for line in (templates / "verify-part.sh").read_text(encoding="utf-8").splitlines():
        lines += _piece(whole, line[1:]) if line.startswith("@") else [line]
    return ("\n".join(lines) + "\n").encode("utf-8")


def _piece(whole: list[str], name: str) -> list[str]:
    begins, follows, others = PIECES[name]
    first = next((place for place, line in enumerate(whole) if line.startswith(begins)), None)
    last = next(
        (place for place, line in enumerate(whole) if first is not None and place > first and line.startswith(follows)),
        None,
    )
    if first is None or last is None:
        raise ValueError(f"verify.sh has no piece from {begins!r} to {follows!r}")
    text = "\n".join(whole[first:last]).rstrip("\n")
    for word, other in others:
        if word not in text:
            raise ValueError(f"verify.sh does not say {word!r} between {begins!r} and {follows!r}")
        text = text.replace(word, other)
    return text.splitlines()
