"""The installed command as another system user of the machine runs it, without being one."""

import subprocess
import sys

from tests.cli.titlewatch import Run, Shell, environment

_AS = """
import sys
from crawler.desk import person
person.name_of = lambda uid: sys.argv[1]
from crawler.cli.main import main
main(sys.argv[2:])
"""


def as_user(shell: Shell, user: str, *words: object, code: int = 0) -> Run:
    """Run `titlewatch WORDS...` in a process whose user id has the name `user`; `code` is the exit code that must come."""
    done = subprocess.run(
        [sys.executable, "-c", _AS, user, *map(str, words)],
        cwd=shell.folder, env=environment(), input=b"", capture_output=True, check=False, timeout=240,
    )  # fmt: skip
    run = Run(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8", "replace"))
    assert "Traceback" not in run.err, run.err
    assert run.code == code, f"{words}: {run}"
    return run
