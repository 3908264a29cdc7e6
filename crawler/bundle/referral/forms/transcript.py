"""The forms of a bundle, which are worded in Markdown, read as blocks, so that their words exist once."""

import re
from collections.abc import Sequence

from crawler.bundle.paper import LONG_PART
from crawler.bundle.referral.blocks import Blanks, Block, Box, Bullets, Heading, Pairs, Text

_ITEM = re.compile(r"\d+\. ")
_RULE = re.compile(r"[|\s:-]*\Z")
SIGNED = ("签名",)
"""Words in a label for which a signer needs room."""


def read(text: str, long_part: Sequence[Block], rests: str) -> tuple[str, tuple[Block, ...]]:
    """Title and blocks of a form; `long_part` stands where it is marked, `rests` behind what is filled in.

    Rows of a table without a value are places to be filled in by people.
    """
    title = ""
    blocks: list[Block] = []
    for part in re.split(r"\n\s*\n", text.strip()):
        line = " ".join(part.split())
        if part.startswith("# "):
            title = line[2:]
        elif part.startswith("## "):
            blocks.append(Heading(line[3:]))
        elif part.startswith("> "):
            blocks.append(Box(line[2:]))
        elif part.startswith("|"):
            blocks += _rows(part, rests)
        elif part.strip() == LONG_PART:
            blocks += long_part
        elif _ITEM.match(part):
            said = _ITEM.sub("", line, count=1)
            last = blocks[-1] if blocks else None
            if isinstance(last, Bullets):
                blocks[-1] = Bullets((*last.lines, said), is_numbered=True)
            else:
                blocks.append(Bullets((said,), is_numbered=True))
        else:
            blocks.append(Text(line))
    return title, tuple(blocks)


def _rows(part: str, rests: str) -> list[Block]:
    """The rows of a table of labels: runs of those with a value, and of those without."""
    blocks: list[Block] = []
    for line in part.splitlines():
        if _RULE.match(line):
            continue
        label, value = (cell.strip() for cell in line.strip().strip("|").split("|", 1))
        last = blocks[-1] if blocks else None
        if value:
            row = (label, value, rests)
            blocks[-1:] = [Pairs((*last.rows, row))] if isinstance(last, Pairs) else [*blocks[-1:], Pairs((row,))]
        else:
            blank = (label, 2 if any(word in label for word in SIGNED) else 1)
            blocks[-1:] = (
                [Blanks((*last.rows, blank))] if isinstance(last, Blanks) else [*blocks[-1:], Blanks((blank,))]
            )
    return blocks
