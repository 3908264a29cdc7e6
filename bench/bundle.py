"""How long the export and the check of a large case take, as ratios to `sha256sum` over the same bytes.

    python bench/bundle.py [EXHIBITS] [ROUNDS] [FOLDER]

A case of EXHIBITS exhibits (pages of 20 to 200 KB, every fiftieth with a picture), recorded by the
real writers. One round is: export without PDFs, coreutils' `sha256sum` over every file of that
bundle, `verify` of it; each is a process of its own, everything is in the page cache, wall and CPU
are counted, and the export's include making it durable. The bytes are those of all files of the
bundle. pandas, which sqlite-utils loads where a development environment has it, is kept out. With
FOLDER, the workspace made there is used again. Bundles are removed at the end: Linux' ext4 without a
journal is slow to give away names that were removed a moment ago.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

MAKE = """
import sys
sys.path.insert(0, sys.argv[1])
import large_case
from pathlib import Path
print(large_case.make(Path(sys.argv[2]), int(sys.argv[3])).page_bytes // 10**6)
"""
EXPORT = """
import sys
sys.modules["pandas"] = None
sys.path.insert(0, sys.argv[1])
import large_case
from pathlib import Path
from crawler.bundle import printing
from crawler.bundle.build import build
from crawler.errors import EnvironmentProblem

def no_pdf():
    raise EnvironmentProblem("left out of the measurement", "weasyprint", "")

printing.prepare = no_pdf
case = large_case.reopened(Path(sys.argv[2]))
print(build(case.store, case.workspace, case.case_id, out=Path(sys.argv[3])).bundle)
"""
VERIFY = """
import sys
from pathlib import Path
from crawler.bundle.check.run import check
states = [finding.state for finding in check(Path(sys.argv[1]))]
print(len(states), states.count("fail"))
sys.exit(1 if "fail" in states else 0)
"""
NOTHING = "import sys; sys.modules['pandas'] = None; import crawler.bundle.build, crawler.bundle.check.run"


@dataclass
class Taken:
    """What one process took."""

    wall: float
    cpu: float
    peak_mib: float
    printed: str


def main() -> None:
    """Make or take the case, run the rounds, print the table."""
    exhibits, rounds = (int(value) for value in [*sys.argv[1:3], "1000", "3"][:2])
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(sys.argv[3] if len(sys.argv) > 3 else f"{temporary}/workspace")
        if not folder.exists():
            begun = time.perf_counter()
            said = taken([sys.executable, "-c", MAKE, str(Path(__file__).parent), str(folder), str(exhibits)]).printed
            print(f"made {exhibits} exhibits, {said} MB of pages, in {time.perf_counter() - begun:.0f} s")
        figures: dict[str, list[Taken]] = {"export": [], "sha256sum": [], "verify": []}
        start = min(taken([sys.executable, "-c", NOTHING]).wall for _ in range(2))
        size = count = 0
        for number in range(rounds):
            out = Path(temporary) / str(number)
            here = str(Path(__file__).parent)
            figures["export"].append(taken([sys.executable, "-c", EXPORT, here, str(folder), str(out)]))
            bundle = Path(figures["export"][-1].printed)
            files = sorted(str(path) for path in bundle.rglob("*") if path.is_file())
            size, count = sum(Path(path).stat().st_size for path in files), len(files)
            figures["sha256sum"].append(taken(["sha256sum", *files]))
            figures["verify"].append(taken([sys.executable, "-c", VERIFY, str(bundle)]))
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    print(
        f"{count} files, {size / 1e6:.1f} MB; {os.cpu_count()} cores, load {load}; start-up of Python {start:.2f} s, counted"
    )
    print(f"{'median of ' + str(rounds):12}{'wall s':>9}{'ratio':>8}{'CPU s':>9}{'ratio':>8}{'peak MiB':>10}")
    base = figures["sha256sum"]
    for name, runs in figures.items():
        wall, cpu = (statistics.median(getattr(run, kind) for run in runs) for kind in ("wall", "cpu"))
        ratios = [
            statistics.median(getattr(run, kind) / getattr(other, kind) for run, other in zip(runs, base, strict=True))
            for kind in ("wall", "cpu")
        ]
        peak = max(run.peak_mib for run in runs)
        print(f"{name:12}{wall:9.2f}{ratios[0]:8.2f}{cpu:9.2f}{ratios[1]:8.2f}{peak:10.0f}")


def taken(command: list[str]) -> Taken:
    """Run one process to its end and count what it took."""
    begun = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    printed = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{command[:3]} ended with {process.returncode}: {printed[-400:]}")
    return Taken(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, printed.strip())


if __name__ == "__main__":
    main()
