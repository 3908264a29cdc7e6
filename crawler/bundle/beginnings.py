"""The beginnings of the case's runs in a bundle (format.md 7.6), and the bracket of times that they open."""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from crawler.bundle.bag import Bag
from crawler.bundle.bracket import Bracket, Stamped, Times, begin_file, stamped
from crawler.bundle.log import CaseLog
from crawler.errors import EvidenceError
from crawler.evidence.canonical import sha256_hex
from crawler.evidence.seal import SIGNATURE
from crawler.evidence.segment import SUFFIX
from crawler.evidence.stamp_names import SEAL
from crawler.evidence.stamps import stamp_files
from crawler.wording import say

REMEDY = "run: titlewatch verify on the workspace"


def copy(bag: Bag, evidence: Path, log: CaseLog) -> dict[str, Stamped]:
    """Copy the beginnings that the log names, with their signatures and stamps; by run.

    Raises EvidenceError when one is not what the ledger says.
    """
    begun: dict[str, Stamped] = {}
    for entry in log.of_type("begin"):
        path = evidence / str(entry["file"])
        if not path.is_file() or sha256_hex(path.read_bytes()) != entry["begin_sha256"]:
            raise EvidenceError("a run's beginning is not what the ledger says", path.name, REMEDY)
        paths = [path, path.with_name(path.name + SIGNATURE)]
        for authority in entry["authorities"]:
            paths += stamp_files(path, str(authority))
        for one in paths:
            bag.add(begin_file(one.name), one.read_bytes())
        begun[str(entry["run"])] = _stamped(bag, begin_file(path.name))
    return begun


def times(bag: Bag, begun: Mapping[str, Stamped], seals: Mapping[str, Mapping[str, Any] | None]) -> Times:
    """What the bundle's beginnings and seals say of time; `seals` by segment."""
    paths = {name: f"data/warc/{name.removesuffix(SUFFIX)}{SEAL}" for name, seal in seals.items() if seal}
    return Times(begun, {name: _stamped(bag, path) for name, path in paths.items()})


def _stamped(bag: Bag, file: str) -> Stamped:
    return stamped(file, list(bag.payload), lambda name: json.loads((bag.folder / name).read_bytes()))


def sentences(bracket: Bracket, language: str, moment: Callable[[str], str] = str) -> list[str]:
    """An exhibit's bracket of times as a report says it: one sentence for each side, and one for each missing stamp.

    `moment` says a time for people.
    """
    told = []
    for side in ("not_before", "not_after"):
        found = bracket[side]
        if found:
            told.append(say(f"time.{side}", language, time=moment(found["gen_time"]), authority=found["authority"]))
        else:
            told.append(say(f"time.{side}_open", language))
    told += [
        say(f"time.lack.{_word(str(lack['why']))}", language, authority=lack["authority"] or "")
        for lack in _each(bracket["missing"])
    ]
    return told


def _word(why: str) -> str:
    return why.replace(" ", "_").lower()


def _each(missing: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Each lack once: both sides of a workspace without authorities lack the same."""
    return list({(one["why"], one["authority"]): one for one in missing}.values())
