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

SHELLS = tuple(shell for shell in ("dash", "bash", "busybox sh") if shutil.which(shell.split()[0])) or ("sh",)
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


def assert_named(found: Sequence[Finding], named: str, but: Sequence[str] = ()) -> None:
    """Some failing finding names the object, and all say why."""
    assert all(finding.why for finding in found)
    assert any(named in finding.object for finding in found if finding.check not in but), [
        (f.check, f.object, f.why) for f in found
    ]


def hold(tampering: Tampering, bundle: Path, made: Made) -> None:
    """The manipulation as it lies, then with every manifest made to agree with it: found and named both times."""
    tampering.act(bundle)
    assert_named(failed(check(bundle, made.key, made.roots)), tampering.named)
    if not tampering.reforgeable:
        return
    before = (bundle / layout.SIGNED).read_bytes()
    reforge(bundle)
    found = failed(check(bundle, made.key, made.roots))
    assert found
    if (bundle / layout.SIGNED).read_bytes() != before and (bundle / layout.SIGNATURE).is_file():
        assert "signature" in {finding.check for finding in found}, found
    if tampering.within is not None:
        assert_named(found, tampering.within, sorted(OUTSIDE))


def hold_script(tampering: Tampering, bundle: Path, made: Made, shell: str = SHELLS[0]) -> None:
    """The same for verify.sh, which finds it both times, says so and is silent otherwise."""
    tampering.act(bundle)
    _assert_told(run_script(shell, bundle, made))
    if tampering.reforgeable:
        reforge(bundle)
        _assert_told(run_script(shell, bundle, made))


def _assert_told(done: subprocess.CompletedProcess[str]) -> None:
    assert done.returncode == 1, done.stdout
    assert "\nRESULT: FAILED\n" in done.stdout
    assert done.stderr == ""


def run_script(shell: str, bundle: Path, made: Made, *arguments: str) -> subprocess.CompletedProcess[str]:
    """verify.sh from outside the bundle, as a recipient runs it who does not trust the one inside."""
    trusted = arguments or (str(made.authority.roots), str(made.case.key))
    command = [*shell.split(), str(made.built.bundle / "verify.sh"), *trusted, str(bundle)]
    return subprocess.run(command, capture_output=True, text=True, errors="replace", check=False, timeout=60)
