"""The names inside a bundle (format.md 2), shared by the writer and the verifier."""

import re

FORMAT = "titlewatch-bundle/1"
PROFILE = "titlewatch-bundle-1"
"""The value of BagIt-Profile-Identifier."""

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*\Z")
"""One component of a path: ASCII, so that every system and every tool agrees on it."""
RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?\Z", re.IGNORECASE)
"""Names that Windows keeps for devices, whatever their ending."""
PATH_LIMIT = 200
BUNDLE_NAME = re.compile(r"TW-(?P<case>[A-Za-z0-9._-]+)-(?P<time>\d{8}T\d{6}Z)-(?P<random>[0-9a-f]{8})\Z")

BAGIT = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
ALGORITHMS = ("sha256", "sha512")
SIGNED = "tagmanifest-sha256.txt"
"""The file that is signed and stamped: it names every tag file, which name every payload file."""
TAG_MANIFESTS = ("tagmanifest-sha256.txt", "tagmanifest-sha512.txt")
TAG_FILES = (
    "bagit.txt",
    "bag-info.txt",
    "manifest-sha256.txt",
    "manifest-sha512.txt",
    "README-en.md",
    "README-zh.md",
    "verify.sh",
)
"""Every tag file that the tag manifests list; there are no others."""
SIGNATURE = "signatures/tagmanifest-sha256.txt.ed25519"
PUBLIC_KEY = "signatures/signer.pub.pem"
STAMP = re.compile(
    r"timestamps/(?P<authority>[A-Za-z0-9][A-Za-z0-9._-]*?)(?P<renewal>\.renewal-\d{1,3})?\.(?P<kind>tsq|tsr|chain\.pem|json)\Z"
)

CASE = "data/case.json"
EXHIBITS = "data/exhibits.csv"
ONTOLOGY = "data/case.jsonld"
LEDGER = "data/log/ledger.jsonl"
TREE_HEAD = "data/log/tree-head.json"
TREE_HEAD_SIGNATURE = "data/log/tree-head.json.ed25519"
CONSISTENCY = "data/log/consistency.json"
BEGIN_FOLDER = "data/log/begin/"
CASE_PROOFS = "data/log/inclusion/case.json"
ENVIRONMENT = tuple(f"data/environment/{name}.json" for name in ("tool", "system", "clock", "network"))
HTML_REPORT = "data/reports/report.html"
PAYLOAD = (CASE, EXHIBITS, ONTOLOGY, LEDGER, TREE_HEAD, TREE_HEAD_SIGNATURE, CASE_PROOFS, *ENVIRONMENT, HTML_REPORT)
"""Payload files that every bundle holds."""
RENDERED = "rendered.html"
"""The DOM that a listing was read from, where that was not the response itself."""
EXHIBIT_FILES = ("capture.json", "hit.json", "listing.json", "page.html", "text.txt")
"""What every exhibit's folder holds."""


def capture_folder(exhibit: str) -> str:
    """The folder of one exhibit."""
    return f"data/captures/{exhibit}"


def inclusion(exhibit: str) -> str:
    """The file with the inclusion proofs of one exhibit's ledger entries."""
    return f"data/log/inclusion/{exhibit}.json"


def earlier_key(fingerprint: str) -> str:
    """The public key of a signer before the one that signed the bundle."""
    return f"data/log/keys/{fingerprint}.pub.pem"


def wacz(case: str) -> str:
    """The web archive of the case."""
    return f"data/wacz/{case}.wacz"


def report(language: str) -> str:
    """The printed report in one language."""
    return f"data/reports/report-{language}.pdf"


def safe_name(text: str, limit: int = 60) -> str:
    """A path component made from an id: what is not plain ASCII becomes ``-``."""
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", text).strip("-.")[:limit]
    return plain or "x"
