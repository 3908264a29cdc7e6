"""The warcinfo record that begins every segment (WARC 1.1, 6.2)."""

from collections.abc import Mapping
from datetime import datetime

from crawler import clock
from crawler.evidence.warc_record import Record, make_record, record_id

CONFORMS_TO = "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"


def warcinfo_record(filename: str, facts: Mapping[str, str], date: datetime) -> Record:
    """The first record of a segment: who wrote it, with what, under which robots policy."""
    lines = {"software": "titlewatch", "format": "WARC file version 1.1", "conformsTo": CONFORMS_TO} | dict(facts)
    block = "".join(f"{name}: {' '.join(str(value).split())}\r\n" for name, value in lines.items()).encode()
    identity = record_id(f"{filename}/{clock.stamp(date)}", "warcinfo")
    fields = [("WARC-Filename", filename)]
    return make_record("warcinfo", identity, date, "application/warc-fields", fields, block)
