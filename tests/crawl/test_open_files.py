"""A run may open as many files as the system lets it, however few a shell begins with."""

import subprocess
import sys

TRIED = """
import resource
from crawler.engine.open_files import allow_open_files
resource.setrlimit(resource.RLIMIT_NOFILE, (256, 2000))
allowed = allow_open_files()
print(allowed, resource.getrlimit(resource.RLIMIT_NOFILE), allow_open_files())
"""


def test_the_limit_is_raised_to_the_most_and_never_lowered() -> None:
    done = subprocess.run([sys.executable, "-c", TRIED], capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[0] == "2000 (2000, 2000) 2000"
