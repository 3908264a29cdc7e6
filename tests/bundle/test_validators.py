"""The tools of other makers accept a bundle."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bundle.conftest import Made

TOOLS = Path(sys.executable).parent


def run(*command: str | Path, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(part) for part in command], cwd=cwd, capture_output=True, text=True, check=False)


def test_bagit_validates(made: Made) -> None:
    done = run(TOOLS / "bagit.py", "--validate", made.built.bundle)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("manifest", ["manifest-sha256.txt", "tagmanifest-sha256.txt"])
def test_sha256sum_accepts(made: Made, manifest: str) -> None:
    done = run("sha256sum", "-c", "--strict", "--quiet", manifest, cwd=made.built.bundle)
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize("manifest", ["manifest-sha512.txt", "tagmanifest-sha512.txt"])
def test_sha512sum_accepts(made: Made, manifest: str) -> None:
    done = run("sha512sum", "-c", "--strict", "--quiet", manifest, cwd=made.built.bundle)
    assert (done.returncode, done.stdout) == (0, "")


def test_warcio_and_gzip_accept_every_segment(made: Made) -> None:
    segments = sorted((made.built.bundle / "data/warc").glob("*.warc.gz"))
    assert segments
    for segment in segments:
        done = run(TOOLS / "warcio", "check", segment)
        assert (done.returncode, done.stdout) == (0, "")
        assert run("gzip", "-t", segment).returncode == 0


def test_fastwarc_accepts_every_payload(made: Made) -> None:
    for segment in sorted((made.built.bundle / "data/warc").glob("*.warc.gz")):
        done = run(TOOLS / "fastwarc", "check", "-p", segment)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "records were verified successfully" in done.stdout + done.stderr


def test_no_replay_takes_a_metadata_record_for_the_page(made: Made) -> None:
    from crawler.evidence.warc import iterate

    for segment in sorted((made.built.bundle / "data/warc").glob("*.warc.gz")):
        addresses = [r.field("WARC-Target-URI") or "" for _, r in iterate(segment) if r.record_type == "metadata"]
        assert addresses
        assert all(address.startswith("urn:titlewatch:exchange:") for address in addresses)


def test_wacz_validates(made: Made) -> None:
    archives = list((made.built.bundle / "data/wacz").glob("*.wacz"))
    assert len(archives) == 1
    done = run(TOOLS / "wacz", "validate", "-f", archives[0])
    assert done.returncode == 0, done.stdout
    assert "Validation succeeded" in done.stdout


def test_case_validate_conforms(made: Made) -> None:
    done = run(TOOLS / "case_validate", made.built.bundle / "data/case.jsonld")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Conforms: True" in done.stdout


def test_openssl_verifies_the_signature_and_the_stamp(made: Made) -> None:
    bundle = made.built.bundle
    signature = run(
        "openssl", "pkeyutl", "-verify", "-pubin", "-inkey", made.case.key, "-rawin", "-in", "tagmanifest-sha256.txt",
        "-sigfile", "signatures/tagmanifest-sha256.txt.ed25519", cwd=bundle,
    )  # fmt: skip
    assert signature.returncode == 0, signature.stderr
    stamp = run(
        "openssl", "ts", "-verify", "-data", "tagmanifest-sha256.txt", "-in", "timestamps/practice.tsr", "-CAfile",
        made.authority.roots, "-untrusted", "timestamps/practice.chain.pem", cwd=bundle,
    )  # fmt: skip
    assert "Verification: OK" in stamp.stdout + stamp.stderr


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_commands_of_the_readme_work_as_they_stand(made: Made, language: str) -> None:
    lines = (made.built.bundle / f"README-{language}.md").read_text().splitlines()
    commands = [line.strip() for line in lines if line.startswith(("    sha256sum", "    openssl pkeyutl"))]
    assert len(commands) == 2
    said = [run("sh", "-c", command, cwd=made.built.bundle) for command in commands]
    assert [(done.returncode, done.stdout.strip()) for done in said] == [
        (0, ""),
        (0, "Signature Verified Successfully"),
    ]


@pytest.mark.parametrize("shell", ["dash", "bash", "sh"])
def test_verify_sh_accepts_from_any_folder(made: Made, shell: str, tmp_path: Path) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"no {shell} here")
    shutil.copy(made.case.key, tmp_path / "key.pem")
    shutil.copy(made.authority.roots, tmp_path / "roots.pem")
    script = made.built.bundle / "verify.sh"
    alone = run(shell, script, cwd=tmp_path)
    assert alone.returncode == 0, alone.stdout
    assert "NOT CHECKED  WHO THE SIGNER IS" in alone.stdout
    assert "FAILED" not in alone.stdout
    whole = run(shell, script, "roots.pem", "key.pem", cwd=tmp_path)
    assert whole.returncode == 0, whole.stdout
    assert "ok           timestamp of practice over tagmanifest-sha256.txt" in whole.stdout
    assert "ok           the signer is the holder of" in whole.stdout
    assert whole.stdout.splitlines()[-1] == "RESULT: nothing failed"


def test_verify_sh_stays_short_enough_to_read(made: Made) -> None:
    assert len((made.built.bundle / "verify.sh").read_text().splitlines()) <= 250


def test_the_zip_is_stored_and_its_hash_lies_beside_it(made: Made) -> None:
    archive = made.built.zip
    assert archive is not None
    done = run("sha256sum", "-c", "--strict", archive.name + ".sha256", cwd=archive.parent)
    assert done.returncode == 0, done.stdout
    listed = run("python3", "-c", f"import zipfile; z = zipfile.ZipFile({str(archive)!r}); "
                 "print({i.compress_type for i in z.infolist()}, z.testzip())")  # fmt: skip
    assert listed.stdout.strip() == "{0} None"
