"""A dossier as plain data for machines: no time without its zone, every fact with what it rests on."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from typing import Any

from crawler import clock
from crawler.casework.basis import Basis
from crawler.casework.dossier import Dossier


def plain(value: object) -> Any:
    """Dataclasses as objects, tuples as lists, moments as text; of a dossier all but its bundle, which bears a date."""
    if isinstance(value, Basis):
        return f"{value.kind} {value.name}"
    if is_dataclass(value) and not isinstance(value, type):
        left_out = {"bundle"} if isinstance(value, Dossier) else set()
        return {field.name: plain(getattr(value, field.name)) for field in fields(value) if field.name not in left_out}
    if isinstance(value, datetime):
        return clock.stamp(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, tuple | list | frozenset):
        return [plain(one) for one in value]
    return value
