"""What makes the spellings of a title: an index made by another recipe is not this program's."""

from functools import cache
from hashlib import sha256
from importlib.resources import files

from crawler.model import Work

_CODE = (
    "layer.py",
    "table.py",
    "variants.py",
    "numerals.py",
    "pinyin.py",
    "pinyin.tsv",
    "sounds.py",
    "components.tsv",
    "typos.py",
    "strength.py",
    "lexicon.py",
    "identifiers.py",
)


@cache
def recipe() -> str:
    """SHA-256 (hex) over the code and the data that spellings are made by, and the members of a work.

    So an index lives through changes of the rules and never through a change of the spellings,
    without anybody's having to remember to raise a number.
    """
    digest = sha256(",".join(Work.__dataclass_fields__).encode())
    here = files(__package__)
    phrases = sorted((entry for entry in here.joinpath("phrases").iterdir()), key=lambda entry: entry.name)
    above = files("crawler")
    for entry in (*map(here.joinpath, _CODE), *phrases, above.joinpath("text.py"), above.joinpath("folding.tsv")):
        data = entry.read_bytes()
        digest.update(f"\n{entry.name} {len(data)}\n".encode() + data)
    return digest.hexdigest()
