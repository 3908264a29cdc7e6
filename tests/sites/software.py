"""Software that the tests of real sites start and that Debian's packages bring."""

import os
import shutil
from pathlib import Path

import pytest

INSTALLED_BY = "apt-get install --no-install-recommends wordpress wordpress-theme-twentytwentythree mariadb-server php-cli php-mysql calibre"
PLACES = f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/bin"


def program(name: str, package: str) -> str:
    """The path of a program; the test is skipped, with the package's name, where it is missing."""
    found = shutil.which(name, path=PLACES)
    if found is None:
        pytest.skip(f"{name} is missing: install {package} ({INSTALLED_BY})")
    return found


def folder(path: Path, package: str) -> Path:
    """A folder that a package brings; the test is skipped, with the package's name, where it is missing."""
    if not path.is_dir():
        pytest.skip(f"{path} is missing: install {package} ({INSTALLED_BY})")
    return path
