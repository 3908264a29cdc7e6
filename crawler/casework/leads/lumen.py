"""Notices in the JSON of the Lumen database (its API for submitting and searching notices), read and written.

https://github.com/berkmancenter/lumendatabase/wiki/Lumen-API-Documentation
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from crawler.casework.leads.address import address
from crawler.casework.leads.clue import Clue

WORKS, LINKS, GENUINE = "works_attributes", "infringing_urls_attributes", "copyrighted_urls_attributes"
_SHORT = {WORKS: "works", LINKS: "infringing_urls", GENUINE: "copyrighted_urls"}


def notices(data: Any) -> list[Mapping[str, Any]] | None:
    """The notices that JSON holds: one, several, or the answer to a search; None for anything else."""
    if isinstance(data, Mapping):
        if isinstance(data.get("notices"), list):
            data = data["notices"]
        elif len(data) == 1 and isinstance(one := next(iter(data.values())), Mapping):
            # The database wraps a notice in its type: {"notice": ...}, {"dmca": ...}.
            data = [one]
        else:
            data = [data]
    if not isinstance(data, list) or not data:
        return None
    found = [one for one in data if isinstance(one, Mapping) and _member(one, WORKS) is not None]
    return found if len(found) == len(data) else None


def of_notice(notice: Mapping[str, Any]) -> list[Clue]:
    """A clue for each link that a notice calls infringing."""
    clues: list[Clue] = []
    for work in _member(notice, WORKS) or ():
        genuine = _urls(work, GENUINE)
        for written in _urls(work, LINKS):
            place = address(written)
            if place is not None:
                clues.append(
                    Clue(
                        *place, title=str(work.get("description") or ""), reference_url=" ".join(genuine),
                        seen_at=str(notice.get("date_sent") or ""), note=str(notice.get("title") or ""), original=dict(work),
                    )
                )  # fmt: skip
    return clues


def facts(notice: Mapping[str, Any]) -> dict[str, Any]:
    """Everything that a notice says but its works."""
    return {name: value for name, value in notice.items() if name not in (WORKS, _SHORT[WORKS])}


def notice(clues: Iterable[Clue], said: Mapping[str, Any]) -> dict[str, Any]:
    """A notice as the database takes it: `said` has its other members (title, body, date_sent, roles), works come from clues.

    Raises ValueError for a clue whose genuine page stands among the links of the notice.
    """
    works: dict[tuple[str, str], list[str]] = {}
    for clue in clues:
        works.setdefault((clue.title, clue.reference_url), []).append(clue.url or clue.host)
    genuine = {url for _, references in works for url in references.split()}
    if wrong := sorted(genuine & {url for links in works.values() for url in links}):
        raise ValueError(wrong[0])
    return {
        **said,
        WORKS: [
            {
                "description": title,
                LINKS: [{"url": url} for url in dict.fromkeys(links)],
                GENUINE: [{"url": url} for url in references.split()],
            }
            for (title, references), links in works.items()
        ],
    }


def _member(holder: Mapping[str, Any], name: str) -> Sequence[Mapping[str, Any]] | None:
    value = holder.get(name, holder.get(_SHORT[name]))
    if isinstance(value, Mapping):
        # Forms number the members of a list: {"0": {...}, "1": {...}}.
        value = list(value.values())
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else None


def _urls(work: Mapping[str, Any], name: str) -> list[str]:
    return [str(one["url"]) for one in _member(work, name) or () if one.get("url")]
