"""The published BagIt profile is the one that bundles follow."""

import json
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import bagit
import bagit_profile
import pytest

from crawler.bundle import layout
from crawler.bundle.check.bag import information
from crawler.bundle.check.tree import walk
from tests.bundle.conftest import Made


@pytest.fixture(scope="module")
def profile() -> bagit_profile.Profile:
    value = json.loads((files("crawler.bundle") / "profile.json").read_bytes())
    return bagit_profile.Profile(layout.PROFILE, profile=value)


def test_a_bundle_follows_the_profile(made: Made, profile: bagit_profile.Profile) -> None:
    assert profile.validate(bagit.Bag(str(made.built.bundle))), str(profile.report)


def test_every_label_of_a_bundle_is_in_the_profile(made: Made, profile: bagit_profile.Profile) -> None:
    files_of, _ = walk(made.built.bundle, made.built.bundle.name)
    assert set(information(files_of)) == set(profile.profile["Bag-Info"])


@pytest.mark.parametrize(
    "name", ["signatures/tagmanifest-sha256.txt.ed25519", "README-zh.md", "tagmanifest-sha512.txt"]
)
def test_a_bundle_without_it_does_not_follow(
    copy: Callable[[], Path], profile: bagit_profile.Profile, name: str
) -> None:
    folder = copy()
    (folder / name).unlink()
    assert not profile.validate(bagit.Bag(str(folder)))


def test_a_list_of_files_to_fetch_is_refused(copy: Callable[[], Path], profile: bagit_profile.Profile) -> None:
    folder = copy()
    (folder / "fetch.txt").write_text("http://127.0.0.1:1/x 1 data/x\n")
    assert not profile.validate(bagit.Bag(str(folder)))


def test_a_label_that_lacks_is_noticed(copy: Callable[[], Path], profile: bagit_profile.Profile) -> None:
    folder = copy()
    path = folder / "bag-info.txt"
    path.write_text("".join(line for line in path.read_text().splitlines(True) if not line.startswith("Record-Count")))
    assert not profile.validate(bagit.Bag(str(folder)))
