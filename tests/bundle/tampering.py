"""A named manipulation, and how the tests hold the verifiers to it."""

import shutil
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from crawler.bundle import layout
from crawler.bundle.check import check
from crawler.model import Finding
from tests.bundle.conftest import Made
from tests.bundle.forger import Act, reforge

SHELLS = tuple(shell for shell in ("dash", "bash", "sh") if shutil.which(shell))
OUTSIDE = {"signature", "stamp", "signer", "manifest"}
"""Checks that any change of a listed file fails: a manipulation must be named by others too."""


@dataclass(frozen=True, slots=True)
class Tampering:
    """One manipulation."""

    act: Act
    named: str
    """What the object of a failing finding holds when the bundle is checked as it lies."""
    within: str | None = None
    """The same after all manifests were made anew, by a check of the content; None: the signature alone tells."""
    reforgeable: bool = True
    """False where making the manifests anew has no sense (what was changed is a manifest)."""


def failed(findings: Iterable[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.state == "fail"]


def assert_found(bundle: Path, made: Made, named: str, but: Sequence[str] = ()) -> None:
    """Some failing finding names the object, and all say why."""
    found = failed(check(bundle, made.key, made.roots))
    assert all(finding.why for finding in found)
    assert any(named in finding.object for finding in found if finding.check not in but), [
        (f.check, f.object, f.why) for f in found
    ]


def hold(tampering: Tampering, bundle: Path, made: Made) -> None:
    """The manipulation as it lies, then with every manifest made to agree with it: found and named both times."""
    tampering.act(bundle)
    assert_found(bundle, made, tampering.named)
    for shell in SHELLS:
        assert run_script(shell, bundle, made).returncode == 1, shell
    if not tampering.reforgeable:
        return
    before = (bundle / layout.SIGNED).read_bytes()
    reforge(bundle)
    found = failed(check(bundle, made.key, made.roots))
    if (bundle / layout.SIGNED).read_bytes() != before and (bundle / layout.SIGNATURE).is_file():
        assert "signature" in {finding.check for finding in found}, found
    if tampering.within is not None:
        assert_found(bundle, made, tampering.within, sorted(OUTSIDE))
    assert run_script(SHELLS[0], bundle, made).returncode == 1


def run_script(shell: str, bundle: Path, made: Made, *arguments: str) -> subprocess.CompletedProcess[str]:
    """verify.sh from outside the bundle, as a recipient runs it who does not trust the one inside."""
    trusted = arguments or (str(made.authority.roots), str(made.case.key))
    command = [shell, str(made.built.bundle / "verify.sh"), *trusted, str(bundle)]
    return subprocess.run(command, capture_output=True, text=True, errors="replace", check=False, timeout=60)
