"""A bundle verifies after the certificates of its authorities have ended, and a renewal after those of the stamp."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bundle.conftest import Fresh, Made
from tests.bundle.test_tamper_trust import renewal

pytestmark = pytest.mark.skipif(shutil.which("faketime") is None, reason="faketime is not installed")
LATER = ("faketime", "-f", "+20y")


def test_by_titlewatch(made: Made, copy: Fresh) -> None:
    bundle = copy()
    renewal(made, bundle, 1, "practice.tsr")
    trusted = ["--key", str(made.case.key), "--roots", str(made.authority.roots)]
    command = [*LATER, sys.executable, "-m", "crawler.bundle.alone", str(bundle), "--json", *trusted]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    findings = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one for one in findings if one["state"] == "fail"] == []
    stamped = {one["object"] for one in findings if one["check"] == "stamp" and one["state"] == "pass"}
    assert {"timestamps/practice", "timestamps/practice.renewal-1"} <= stamped
    assert done.returncode == 0


def test_by_the_script(made: Made, copy: Fresh) -> None:
    bundle = copy()
    renewal(made, bundle, 1, "practice.tsr")
    script = str(made.built.bundle / "verify.sh")
    command = [*LATER, "sh", script, str(made.authority.roots), str(made.case.key), str(bundle)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert "ok           timestamp of practice over timestamps/practice.tsr" in done.stdout


def test_without_the_stamps_own_second_openssl_says_that_the_certificate_has_ended(made: Made, tmp_path: Path) -> None:
    """What the two tests above would meet if they did not check as of the stamp's own time."""
    stamps = made.built.bundle / "timestamps/practice"
    command = [*LATER, "openssl", "ts", "-verify", "-data", str(made.built.bundle / "tagmanifest-sha256.txt"), "-in",
               f"{stamps}.tsr", "-CAfile", str(made.authority.roots), "-untrusted", f"{stamps}.chain.pem"]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "expired" in done.stdout + done.stderr
