"""What case.json says of the case itself, against the log, the exhibits and bag-info.txt (format.md 4.1)."""

from collections.abc import Iterator, Mapping
from typing import Any

from crawler.bundle import layout
from crawler.bundle.check.log import Log
from crawler.bundle.check.members import captures_of, check_members, check_value
from crawler.bundle.check.records import Records
from crawler.bundle.check.tree import Files
from crawler.bundle.markings import one_line
from crawler.model import Finding

MEMBERS = (
    "format", "case", "title", "track", "opened", "opened_by", "agency", "collector", "works", "sites", "exhibits",
    "segments", "log",
)  # fmt: skip
COLLECTOR = ("name", "organisation", "country", "contact")
WORK = (
    "work_id", "title", "kind", "year", "language", "aliases", "creators", "licensed_domains", "identifiers",
    "authorisation_on_file",
)  # fmt: skip
SITE = ("site", "url", "hosts", "engine", "robots", "authority")
EXHIBIT = (
    "number", "exhibit", "hit_id", "work_id", "site", "url", "verdict", "decision", "folder", "screenshot", "ledger_seq",
)  # fmt: skip
LOG = ("entries", "first_seq", "last_seq", "size", "root")


def check_account(files: Files, said: Mapping[str, str], log: Log, records: Records) -> Iterator[Finding]:
    """Check case.json beyond the exhibits' own facts; what no entry of the log holds is named once."""
    case = files.json(layout.CASE)
    yield from check_members(layout.CASE, case, MEMBERS)
    parts: list[tuple[str, Mapping[str, Any], tuple[str, ...]]] = [
        ("collector", case["collector"], COLLECTOR),
        ("log", case["log"], LOG),
    ]
    lists: tuple[tuple[str, str, tuple[str, ...]], ...] = (
        ("works", "work_id", WORK), ("sites", "site", SITE), ("exhibits", "exhibit", EXHIBIT),
    )  # fmt: skip
    for key, id_name, names in lists:
        parts += [(f"{key} {one[id_name]}", one, names) for one in case[key]]
    parts += [(f"segments {one['segment']}", one, ("segment", "records", "sealed")) for one in case["segments"]]
    for which, value, names in parts:
        yield from check_members(f"{layout.CASE} {which}", value, names)
    yield from check_value("case.json", f"{layout.CASE} format", layout.FORMAT, case["format"])
    yield from _opened(case, log)
    yield from _works_and_sites(files, said, case)
    yield from _exhibits(files, case)
    yield from _segments(files, case, records)
    yield from _collector(said, case)
    why = "as the collector's lists had it at the export: no entry of the bundle's log holds it"
    which = f"{layout.CASE} agency, collector, works, sites"
    yield Finding("case.json", which, "not_checked", None, None, why)


def _opened(case: Mapping[str, Any], log: Log) -> Iterator[Finding]:
    """When and by whom the case was opened."""
    which = f"{layout.CASE} opened"
    entry = next((one for one in log.of_type("case") if one.get("act") == "open"), None)
    if entry is None:
        why = "the log holds no opening of the case, as in early versions"
        yield Finding("case.json", which, "not_checked", None, None, why)
        return
    if "system_user" in entry:
        person = f"{entry['system_user']}@{entry.get('system_host')}"
        yield from check_value("case.json", f"{which}_by", person, case["opened_by"])
    if "opened" in entry:
        yield from check_value("case.json", which, entry["opened"], case["opened"])
        return
    why = "the log holds the time of the entry alone, as in early versions"
    yield Finding("case.json", which, "not_checked", None, None, why)


def _works_and_sites(files: Files, said: Mapping[str, str], case: Mapping[str, Any]) -> Iterator[Finding]:
    for key, id_name in (("works", "work_id"), ("sites", "site")):
        expected = sorted({str(exhibit[id_name]) for exhibit in case["exhibits"]})
        yield from check_value("case.json", f"{layout.CASE} {key}", expected, [one[id_name] for one in case[key]])
    missing = [str(work["work_id"]) for work in case["works"] if work["authorisation_on_file"] is not True]
    expected_words = f"NOT ON FILE for {', '.join(missing)}" if missing else "on file for every work"
    if said.get("Authorisation", expected_words) != expected_words:
        why = "not what case.json says"
        yield Finding("bag-info.txt", "Authorisation", "fail", expected_words, said["Authorisation"], why)
    sites = {one["site"]: one for one in case["sites"]}
    for exhibit, (name, capture) in zip(case["exhibits"], captures_of(files, case).items(), strict=True):
        site = sites.get(exhibit["site"])
        if site is not None:
            rules = {"policy": site["robots"], "authority": site["authority"]}
            for key, value in rules.items():
                which = f"{name} robots {key} ({layout.CASE} sites)"
                yield from check_value("capture", which, value, capture["robots"][key])


def _exhibits(files: Files, case: Mapping[str, Any]) -> Iterator[Finding]:
    for exhibit in case["exhibits"]:
        which, folder = f"{layout.CASE}: {exhibit['exhibit']}", layout.capture_folder(str(exhibit["exhibit"]))
        decisions = files.json(f"{folder}/hit.json")["decisions"]
        expected = {
            "folder": folder.removeprefix("data/"),
            "screenshot": f"{folder}/screenshot.png" in files.sizes,
            "decision": decisions[-1]["decision_id"] if decisions else None,
        }
        for key, value in expected.items():
            yield from check_value("case.json", f"{which} {key}", value, exhibit[key])


def _segments(files: Files, case: Mapping[str, Any], records: Records) -> Iterator[Finding]:
    """Each segment with its number of records, and whether its seal lies beside it."""
    names = [name for name in files.under("data/warc/") if name.endswith(".warc.gz")]
    yield from check_value(
        "case.json", f"{layout.CASE} segments", sorted(name.rpartition("/")[2] for name in names),
        sorted(str(one["segment"]) for one in case["segments"]),
    )  # fmt: skip
    spoilt = {file for file, _ in records.damaged.values()} | set(records.unreached.values())
    counts: dict[str, int] = {}
    for file, _ in records.places.values():
        counts[file] = counts.get(file, 0) + 1
    for one in case["segments"]:
        name = f"data/warc/{one['segment']}"
        which = f"{layout.CASE} segments {one['segment']}"
        sealed = name.removesuffix(".warc.gz") + ".seal.json" in files.sizes
        yield from check_value("case.json", f"{which} sealed", sealed, one["sealed"])
        if name in files.sizes and name not in spoilt:
            yield from check_value("case.json", f"{which} records", counts.get(name, 0), one["records"])


def _collector(said: Mapping[str, str], case: Mapping[str, Any]) -> Iterator[Finding]:
    """The labels of bag-info.txt that name people are those of case.json."""
    collector = {key: str(case["collector"][key]) for key in COLLECTOR}
    expected = {
        "Source-Organization": one_line(collector["organisation"] or collector["name"]),
        "Organization-Address": one_line(collector["country"]),
        "Contact-Name": one_line(collector["name"]),
        "Contact-Email": one_line(collector["contact"]),
    }
    if case["agency"] is not None:
        expected["Agency"] = one_line(str(case["agency"])) or "none (internal evidence bundle)"
    for label, value in expected.items():
        if label in said and said[label] != (value or "-"):
            yield Finding("bag-info.txt", label, "fail", value or "-", said[label], "not what case.json says")
