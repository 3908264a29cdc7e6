"""Printing one part of a long report, in a process of its own whose memory ends with it.

    python -m crawler.bundle.leaf HTML PDF PICTURES

PICTURES is a JSON file: ``report:<exhibit>`` source -> path.
"""

import json
import sys
from pathlib import Path

from crawler.bundle.printing import pdf


def main(page: str, out: str, pictures: str) -> None:
    """Lay out the HTML file and write its PDF."""
    sources = {name: Path(path) for name, path in json.loads(Path(pictures).read_bytes()).items()}
    # Tags tie every piece of a page to one tree for the whole document, which is not put together again here.
    Path(out).write_bytes(pdf(Path(page).read_text(encoding="utf-8"), sources, tags=False))


if __name__ == "__main__":
    main(*sys.argv[1:])
