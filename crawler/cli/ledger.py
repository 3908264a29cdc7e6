"""titlewatch ledger: what was done to the workspace, newest last, in plain words."""

from collections.abc import Mapping
from string import Formatter
from typing import Any

import click

from crawler.cli import voice
from crawler.cli.command import Command, as_json, examples, workspace
from crawler.wording import say, topic

SHOWN = 20
SHORT = 16
"""So many digits of a fingerprint tell keys apart on a screen."""


@click.command(
    cls=Command,
    epilog=examples("titlewatch ledger", "titlewatch ledger --last 200", "titlewatch ledger --last 5 --json"),
)
@click.option("--last", "count", type=click.IntRange(min=1), default=SHOWN, show_default=True, metavar="N")
@as_json
def ledger(count: int, as_json: bool) -> None:
    """The newest entries of the ledger: runs, seals, decisions, exports, changes of settings and keys."""
    from crawler.desk.reading import last

    entries = last(workspace().ledger, count)
    for entry in entries:
        if as_json:
            voice.data(entry)
        else:
            voice.line(_said("line", {"seq": entry.get("seq"), "utc": entry.get("utc"), "words": words(entry)}))
    if not entries:
        voice.line(_said("none", {}))
    elif not as_json:
        click.echo(_said("shown", {"count": len(entries), "size": int(entries[-1].get("seq", 0)) + 1}), err=True)


def words(entry: Mapping[str, Any]) -> str:
    """One entry as a sentence in the reader's language, with who did it where a person did."""
    known = topic("ledger")
    kind, act = str(entry.get("type")), entry.get("act")
    names = [f"{kind}-{act}-{entry.get('robots')}", f"{kind}-{act}", kind]
    key = next((name for name in names if name in known), "other")
    if kind == "exchange" and entry.get("status") is None:
        key = "unanswered"
    facts = {name: _value(name, value) for name, value in entry.items()}
    facts |= {"count": len(entry.get("hits") or ()), "signer": str(entry.get("signer"))[:SHORT]}
    if isinstance(entry.get("works"), list):
        facts["works"] = ", ".join(map(str, entry["works"]))
    elif kind == "watchlist":
        # An import of many works names none.
        facts["work"] = f" ({entry['work']})" if entry.get("work") else ""
    if kind == "settings":
        facts["changes"] = ", ".join(map(_change, (entry.get("changed") or {}).items()))
    who = {"user": entry.get("system_user"), "host": entry.get("system_host")}
    return (_said("who", who) if who["user"] else "") + _said(key, facts)


def _value(name: str, value: Any) -> Any:
    """A value in the reader's language where it is a word of the ledger's own, else as it stands."""
    groups = {"verdict": "console.status", "policy": "console.works.policy", "state": "landing.state"}
    if group := groups.get(name):
        try:
            return say(f"{group}.{value}", voice.language())
        except KeyError:
            return value
    words = topic("ledger")["value"].get(name, {})
    return words[value][voice.language()] if isinstance(value, str) and value in words else value


def _change(change: tuple[str, Any]) -> str:
    key, values = change
    return f"{key} {values.get('from')} -> {values.get('to')}"


def _said(key: str, facts: Mapping[str, Any]) -> str:
    """A sentence of the ledger's wording; what an entry of another version lacks is a dash."""
    template = topic("ledger")[key][voice.language()]
    wanted = [name for _, name, _, _ in Formatter().parse(template) if name]
    values = {name: "-" if facts.get(name) is None else facts[name] for name in wanted}
    return say(
        f"ledger.{key}",
        voice.language(),
        **{name: value if name == "words" else voice.shown(value) for name, value in values.items()},
    )
