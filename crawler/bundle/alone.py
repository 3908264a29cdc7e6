"""The verifier as a program of its own: no titlewatch, no network, only cryptography and rfc3161-client.

Examples:
  python3 titlewatch-verify.pyz TW-01K0CASE-20260301T080000Z-1a2b3c4d
  python3 titlewatch-verify.pyz bundle.zip --key signer.pub.pem --roots roots.pem
  python3 titlewatch-verify.pyz watch --json
  python3 titlewatch-verify.pyz bundle.zip --lang zh
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NoReturn

NEEDS = ("cryptography", "rfc3161_client")
SIGNS = ("bagit.txt", "bag-info.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt")
LIMIT = 4 * 1024 * 1024


def main(arguments: Sequence[str] | None = None) -> int:
    """Check what the arguments name; 0 nothing failed, 1 something failed, 2 wrong usage, 4 a package is missing."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]  # a stream of the interpreter has it
    given = _parser().parse_args(arguments)
    if sys.version_info < (3, 11):  # noqa: UP036 - it runs where titlewatch was never installed
        return _complain("Python 3.11 or newer is needed; install it, or check with verify.sh", 4)
    missing = _missing()
    if missing:
        packages = " ".join(name.replace("_", "-") for name in missing)
        return _complain(f"a library is missing; {packages}; install it: python3 -m pip install {packages}", 4)
    return _check(given)


class _Parser(argparse.ArgumentParser):
    """Says what is wrong with the arguments in one line."""

    def error(self, message: str) -> NoReturn:
        sys.exit(_complain(f"{message}; {self.prog}; see: python3 {sys.argv[0]} --help", 2))


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="titlewatch-verify", formatter_class=argparse.RawDescriptionHelpFormatter,
        description="Check an evidence bundle, its .zip or a workspace, offline; exit 0 only if nothing failed.\n"
        "A key or roots that lie inside a bundle prove nothing about who made it: give them from elsewhere.",
        epilog=(__doc__ or "").partition("\n\n")[2].strip() + "\n\nexit status: 0 nothing failed, 1 something failed,"
        " 2 wrong usage, 4 a library is missing",
    )  # fmt: skip
    parser.add_argument("path", type=Path, metavar="PATH", help="a bundle's folder, its .zip, or a workspace")
    parser.add_argument("--key", type=Path, metavar="FILE", help="the signer's public key, PEM, from elsewhere")
    parser.add_argument("--roots", type=Path, metavar="FILE", help="the authorities' roots, PEM, from elsewhere")
    parser.add_argument(
        "--earlier", type=Path, metavar="PATH",
        help="an older bundle, its .zip, or a tree-head.json: is what it holds still there, unchanged?",
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="one JSON object a line, every finding")
    parser.add_argument("--lang", choices=("en", "zh"), default=_language(), help="default: the environment's")
    return parser


def _language() -> str:
    said = next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := os.environ.get(name))), "")
    return "zh" if said.lower().startswith("zh") else "en"


def _missing() -> list[str]:
    from importlib.util import find_spec

    return [name for name in NEEDS if find_spec(name) is None]


def _check(given: argparse.Namespace) -> int:
    from crawler.bundle.check import telling
    from crawler.errors import VerificationError
    from crawler.evidence import keys
    from crawler.evidence.plain_file import read_plain
    from crawler.model import Finding

    try:
        key = read_plain(given.key.resolve(), LIMIT) if given.key else None
        roots = read_plain(given.roots.resolve(), LIMIT) if given.roots else None
        if key is not None:
            keys.fingerprint(key)
        if roots is not None and b"-----BEGIN CERTIFICATE-----" not in roots:
            raise VerificationError("no certificate", str(given.roots))
    except (VerificationError, OSError) as error:
        return _complain(f"{error}; --key or --roots; give a PEM file", 2)

    def findings() -> Iterator[Finding]:
        if _is_workspace(given.path):
            from crawler.evidence.verify import workspace

            yield from workspace(given.path, key, roots)
        else:
            from crawler.bundle.check import check
            from crawler.bundle.check.outside import check_outside

            yield from check_outside(given.path, given.key, given.roots)
            yield from check(given.path, key, roots)
        if given.earlier is not None:
            from crawler.bundle.check.earlier import check_earlier

            yield from check_earlier(given.path, given.earlier, key)

    for path in (given.path, given.earlier):
        if path is not None and not path.is_file() and not path.is_dir():
            return _complain(f"nothing there; {path}; give a bundle's folder, its .zip or a workspace", 2)
    told = telling.Report()
    for finding in findings():
        told.add(finding)
        if given.json:
            print(telling.as_json(finding))
    if not given.json:
        for line in told.lines(given.lang):
            print(line)
    return 0 if told.holds else 1


def _is_workspace(path: Path) -> bool:
    if path.is_file() or any((path / sign).exists() for sign in SIGNS):
        return False
    return any((path / sign).is_file() for sign in ("titlewatch.toml", "ledger.jsonl"))


def _complain(text: str, code: int) -> int:
    line = "".join(c if c.isprintable() else "?" for c in " ".join(text.split()))
    print(f"error: {line}", file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
