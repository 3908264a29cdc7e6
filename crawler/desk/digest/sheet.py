"""A digest as one HTML file in both languages: no resource from elsewhere, no script, no link to what it names."""

from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any

from jinja2 import Environment, StrictUndefined

from crawler.attribution.moves import Move
from crawler.desk import health
from crawler.desk.digest.gathering import SECTIONS, Digest
from crawler.desk.digest.telling import MOST, day, figures, link, moved, printable, referral, why
from crawler.wording import LANGUAGES, say

_COLUMNS = {
    "new": ("site", "work", "title", "url", "at"),
    "changed": ("site", "title", "url", "at"),
    "gone": ("site", "title", "url", "why", "at"),
    "back": ("site", "title", "url", "at"),
    "moved": ("site", "title", "url", "why", "at"),
    "links": ("site", "title", "target", "became", "why", "at"),
    "sites_moved": ("site", "kind", "change", "why", "at"),
    "referrals": ("agency", "referral", "why"),
    "due": ("site", "work", "title", "url", "at"),
}
_KINDS = {
    "url": "url",
    "target": "url",
    "at": "time",
    "since": "time",
    "requests": "number",
    "pages": "number",
    "new_hits": "number",
}


def sheet(digest: Digest, first: str = "en") -> str:
    """The HTML page; `first` is the language that comes first."""
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, finalize=_shown
    )
    template = environment.from_string((files(__package__) / "sheet.html.j2").read_text(encoding="utf-8"))
    languages = sorted(LANGUAGES, key=lambda language: language != first)
    return template.render(parts=[_part(digest, language) for language in languages])


def _shown(value: Any) -> Any:
    # The template's own text is no value.
    return printable(value) if isinstance(value, str) and not hasattr(value, "__html__") else value


def _part(digest: Digest, language: str) -> dict[str, Any]:
    sections = [
        *((name, digest.hits[name], len(digest.hits[name])) for name in SECTIONS),
        ("due", digest.due_shown, digest.due_earlier),
    ]
    tables = [_hits(name, found, count, language) for name, found, count in sections]
    if digest.links:
        tables.insert(len(SECTIONS), _links(digest.links, language))
    if digest.moves:
        tables.insert(len(SECTIONS), _moves(digest.moves, language))
    if digest.referrals:
        tables.insert(0, _referrals(digest.referrals, language))
    notes = [say("digest.unstamped", language)] if digest.unstamped else []
    return {
        "language": language if language == "en" else "zh-Hans",
        "name": say("digest.language", language),
        "title": say("digest.title", language),
        "period": say("digest.period", language, since=day(digest.since), until=day(digest.until)),
        "organisation": digest.organisation,
        "figures": figures(digest, language),
        "needs": {
            "name": say("digest.section.needs", language),
            "none": say(
                "health.said.nobody",
                language,
                ok=sum(one.state is not None for one in digest.sites),
                unknown=sum(one.state is None for one in digest.sites),
            ),
            "rows": [
                {
                    "site": one.site,
                    "url": one.url,
                    "state": health.state(one.state, language),
                    "why": ("；" if language == "zh" else "; ").join(one.why(language)),
                    "do": one.do(language),
                }
                for one in digest.failing
            ],
        },
        "tables": [*tables, _sites(digest, language)],
        "none": say("digest.quiet", language),
        "notes": [*notes, say("digest.suspected", language)],
    }  # fmt: skip


def _hits(name: str, found: Sequence[Mapping[str, Any]], count: int, language: str) -> dict[str, Any]:
    columns = _COLUMNS[name]
    rows = []
    for hit in found[:MOST]:
        facts = {**hit, "at": day(str(hit["at"])), "why": why(hit, language)}
        if hit.get("look_back"):
            facts["title"] = say("digest.looked_back_mark", language, title=hit["title"])
        rows.append([(facts.get(column) or "-", _KINDS.get(column, "")) for column in columns])
    return _table(name, columns, rows, count, language)


def _links(found: Sequence[Mapping[str, Any]], language: str) -> dict[str, Any]:
    columns = _COLUMNS["links"]
    told = (link(one, language) for one in found[:MOST])
    rows = [[(one[column] or "-", _KINDS.get(column, "")) for column in columns] for one in told]
    return _table("links", columns, rows, len(found), language)


def _moves(found: Sequence[Move], language: str) -> dict[str, Any]:
    columns = _COLUMNS["sites_moved"]
    told = (moved(one, language) for one in found[:MOST])
    rows = [[(one[column], _KINDS.get(column, "")) for column in columns] for one in told]
    return _table("sites_moved", columns, rows, len(found), language)


def _referrals(found: Sequence[Mapping[str, Any]], language: str) -> dict[str, Any]:
    columns = _COLUMNS["referrals"]
    told = (referral(one, language) for one in found)
    return _table(
        "referrals", columns, [[(one[column], "") for column in columns] for one in told], len(found), language
    )


def _sites(digest: Digest, language: str) -> dict[str, Any]:
    columns = ("site", "state", "since", "requests", "pages", "new_hits")
    rows: list[list[tuple[Any, str]]] = []
    for one in digest.sites:
        visits = [visit for visit in digest.visits if visit["site"] == one.site]
        figures: list[tuple[Any, str]] = [
            (sum(int(visit[name]) for visit in visits), "number") for name in ("requests", "pages", "new_hits")
        ]
        rows.append(
            [(one.site, ""), (health.state(one.state, language), ""), (day(one.since or "-"), "time"), *figures]
        )
    return _table("sites", columns, rows, len(rows), language)


def _table(name: str, columns: Sequence[str], rows: Sequence[Any], count: int, language: str) -> dict[str, Any]:
    return {
        "id": name,
        "name": say(f"digest.section.{name}", language),
        "count": count,
        "heads": [(say(f"digest.head.{column}", language), _KINDS.get(column, "")) for column in columns],
        "rows": rows,
        "more": say("digest.more", language, count=count - len(rows)) if count > len(rows) else None,
    }
