"""What others say of this machine's clock, as ledger entries of the type `clock`. Standard library only.

`source` is ``ntp`` (a time server), ``stamp`` (a timestamp authority, bounded by the round
trip) or ``system`` (what the kernel says). An offset is theirs less ours, in milliseconds.
"""

import math
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

Body = dict[str, Any]


def ntp_body(
    run_id: str, server: str, offset: float, delay: float, stratum: int, leap: str, dispersion: float, limit: float
) -> Body:
    """What a time server answered; seconds in, milliseconds with three digits out."""
    return {
        "type": "clock",
        "run": run_id,
        "source": "ntp",
        "server": server,
        "offset_ms": f"{offset * 1000:+.3f}",
        "delay_ms": f"{delay * 1000:.3f}",
        "stratum": stratum,
        "leap": leap,
        "dispersion_ms": f"{dispersion * 1000:.3f}",
        "limit_ms": _whole(limit),
    }


def silent_body(run_id: str, server: str, why: str) -> Body:
    """A time server that gave no usable answer."""
    return {"type": "clock", "run": run_id, "source": "ntp", "server": server, "failure": why}


def stamp_body(
    run_id: str | None,
    authority: str,
    subject: str,
    gen_time: datetime,
    asked: datetime,
    answered: datetime,
    limit: float,
) -> Body:
    """Between what an authority's clock lay off ours: it stamped after it was asked and before it answered."""
    # Most authorities write whole seconds, and may have cut the rest off.
    grain = timedelta(seconds=0 if gen_time.microsecond else 1)
    return {
        "type": "clock",
        "run": run_id,
        "source": "stamp",
        "authority": authority,
        "subject": subject,
        "least_ms": math.floor((gen_time - answered).total_seconds() * 1000),
        "most_ms": math.ceil((gen_time + grain - asked).total_seconds() * 1000),
        "limit_ms": _whole(limit),
    }


def system_body(run_id: str, synchronised: str, error_ms: str | None, by: str) -> Body:
    """What the system says of its clock: ``yes``, ``no`` or ``not known``, and the greatest error that it admits."""
    return {
        "type": "clock",
        "run": run_id,
        "source": "system",
        "synchronised": synchronised,
        "greatest_error_ms": error_ms,
        "by": by,
    }


def beyond(entry: Mapping[str, Any]) -> str | None:
    """By how much a `clock` entry says that the clock was off, when that is beyond its limit; None otherwise.

    Raises KeyError, TypeError or ValueError for an entry that cannot be read.
    """
    if "failure" in entry or entry["source"] == "system":
        return None
    if entry["source"] == "ntp":
        least = most = float(entry["offset_ms"])
    else:
        least, most = float(entry["least_ms"]), float(entry["most_ms"])
    if least <= entry["limit_ms"] and most >= -entry["limit_ms"]:
        return None
    nearest = least if least > 0 else most
    return f"{nearest / 1000:+.3f} s against {entry.get('server') or entry.get('authority')}"


def _whole(seconds: float) -> int:
    return round(seconds * 1000)
