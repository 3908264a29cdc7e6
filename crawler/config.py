"""titlewatch.toml into one frozen dataclass; an unknown key is refused with file and line."""

import re
import tomllib
from dataclasses import MISSING, dataclass, field, fields, is_dataclass
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

import tomlkit

from crawler.errors import ConfigurationError, UsageError
from crawler.hosts import address_port
from crawler.licence import TERRITORIES, country_of

FILE_NAME = "titlewatch.toml"


@dataclass(frozen=True, slots=True)
class Collector:
    """Who collects, and from where; printed in the user agent and in every report."""

    name: str = ""
    organisation: str = ""
    country: str = ""
    """ISO 3166-1 alpha-2; a name that crawler.licence knows is taken for its code."""
    contact: str = ""


@dataclass(frozen=True, slots=True)
class Crawl:
    """How a site is visited."""

    delay: float = 5.0
    """Seconds between two requests to one site; 0 also turns off jitter and AutoThrottle."""
    concurrency: int = 1
    """Requests in flight per site."""
    recheck_days: int = 14
    """Each known listing is read again at least this often."""
    max_depth: int = 50
    """Links from the entry point to the farthest page; paging on in a list that shows something new is no link deeper."""
    max_bytes: int = 16 * 1024 * 1024
    """Of one response; what is longer is cut and recorded as cut."""
    timeout: float = 60.0
    """Seconds without an answer after which an exchange ends."""
    sites_at_once: int = 200
    """Sites visited side by side in one process."""


@dataclass(frozen=True, slots=True)
class Targets:
    """The landing pages of hits' targets: share pages, locker pages, players' pages; never the copies."""

    visit: bool = False
    """Each is asked for in its own rhythm, to record whether the copy is still there; redirectors are asked where they
    lead."""
    per_host: int = 200
    """Landing pages of one host that a run asks for."""


@dataclass(frozen=True, slots=True)
class Network:
    """Which addresses may be reached."""

    allow_private: bool = False
    """Private and loopback addresses of added sites, and of nothing else."""


@dataclass(frozen=True, slots=True)
class Attribution:
    """What says where hosts are, beside what connections and pages show."""

    tables: tuple[str, ...] = ()
    """Tables of addresses (MaxMind DB files), which you supply: paths, from the workspace."""
    resolvers: tuple[str, ...] = ()
    """Name servers that are asked about hosts, ``address`` or ``address:port``; without one nobody is."""
    rdap: str = ""
    """Where the lists are that say which registry answers for what (RFC 9224): a URL, or a folder with dns.json, ipv4.json,
    ipv6.json and asn.json, counted from the workspace; empty: no registry is asked."""
    rdap_days: int = 7
    """A registry is not asked again about one thing within so many days."""
    hosts_a_night: int = 200
    """Hosts of decided hits and of cases that `nightly` asks about, those first that were not asked about for longest."""

    @property
    def asks(self) -> bool:
        """Whether anybody is asked at all."""
        return bool(self.resolvers or self.rdap)


@dataclass(frozen=True, slots=True)
class Authority:
    """A timestamp authority (RFC 3161)."""

    id: str
    url: str
    roots: str
    """A PEM file of trusted roots, inside the workspace."""
    policy: str = ""
    """The OID of the policy under which it must stamp; empty: any."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is kept, and who stamps it."""

    keep: str = "hits"
    timestamps: tuple[Authority, ...] = ()
    time_servers: tuple[str, ...] = ()
    """NTP servers, ``host`` or ``host:port``, that the clock is compared with."""
    clock_limit: float = 10.0
    """Seconds by which the clock may be off before every summary says so."""
    segment_bytes: int = 1024 * 1024 * 1024
    """A WARC segment is sealed when it grows beyond this."""
    key: str = ""
    """Path of the private key where it lies outside the workspace; empty: keys/signer.pem."""
    reserve_mb: int = 512
    """A run ends when less is free on the disk, or less than a twentieth of it; 0 turns that off."""


@dataclass(frozen=True, slots=True)
class Browser:
    """Pictures of hits, and pages that need JavaScript."""

    capture: bool = True
    render: bool = True
    renderings: int = 200
    """Pages of one site that are shown in a browser to be read, in one visit."""
    executable: str = ""
    """Path of a Chromium; empty: looked for."""
    time_limit: float = 60.0
    """Seconds for one capture."""


@dataclass(frozen=True, slots=True)
class Matching:
    """When a match is a hit."""

    threshold: float = 0.5
    """Score from which a match is a hit."""
    review: float = 0.2
    """Score from which a match is kept for review; see `review_below`."""
    rule_precision: float = 0.8
    """A rule that decisions show to be right less often than this is pointed out."""
    scales: str = ""
    """Path of the rules' scales, counted from the workspace; empty: those that come with titlewatch."""


def review_below(threshold: float, review: float) -> float:
    """The score from which a match is kept for review, always below that of a hit.

    Where the settings leave no room it is as far below as by default: two fifths of the threshold.
    """
    return review if review < threshold else threshold * 0.4


@dataclass(frozen=True, slots=True)
class Nightly:
    """What a night leaves for those who run it; a path is counted from the workspace, empty: nothing is written."""

    digest: str = ""
    """Folder for the digest as a page and as a mail file."""
    prometheus: str = ""
    """File for the figures, as node_exporter reads them; its name ends in .prom."""
    log: str = ""
    """File to which each run appends a JSON object for each site."""


@dataclass(frozen=True, slots=True)
class Configuration:
    """All that a workspace's titlewatch.toml may say."""

    collector: Collector = field(default_factory=Collector)
    crawl: Crawl = field(default_factory=Crawl)
    targets: Targets = field(default_factory=Targets)
    network: Network = field(default_factory=Network)
    evidence: Evidence = field(default_factory=Evidence)
    browser: Browser = field(default_factory=Browser)
    matching: Matching = field(default_factory=Matching)
    nightly: Nightly = field(default_factory=Nightly)
    attribution: Attribution = field(default_factory=Attribution)

    @property
    def unstamped(self) -> bool:
        """True when no timestamp authority is configured: every summary then says UNSTAMPED."""
        return not self.evidence.timestamps


LIMITS: dict[str, tuple[float, float]] = {
    "crawl.delay": (0, 86_400),
    "crawl.concurrency": (1, 64),
    "crawl.recheck_days": (1, 3_650),
    "crawl.max_depth": (1, 100_000),
    "crawl.max_bytes": (1024, 1 << 30),
    "crawl.timeout": (0.1, 3_600),
    "crawl.sites_at_once": (1, 10_000),
    "targets.per_host": (1, 1_000_000),
    "attribution.rdap_days": (1, 365),
    "attribution.hosts_a_night": (0, 1_000_000),
    "evidence.segment_bytes": (1 << 12, 1 << 40),
    "evidence.reserve_mb": (0, 1 << 20),
    "evidence.clock_limit": (0.001, 600),
    "browser.time_limit": (1, 600),
    "matching.threshold": (0, 1),
    "matching.review": (0, 1),
    "matching.rule_precision": (0, 1),
}
_KINDS = {float: "a number", int: "a whole number", bool: "true or false", str: "a text in quotes"}
CHOICES = {"evidence.keep": ("hits", "all")}


_AUTHORITY = re.compile(
    r"(?!none)(?!(con|prn|aux|nul|com\d|lpt\d)(\.|\Z))[a-z0-9]([a-z0-9._-]{0,58}[a-z0-9_-])?", re.IGNORECASE
)
"""An id becomes part of file names, which every system must take, and stands where a bundle says ``none``."""
_TAKEN = re.compile(r"json|tsq|tsr|chain|pem|seal|begin|ed25519|(renewal|earlier)-.*")
"""What in the name of a stamp's file is not the id."""
_AUTHORITY_REMEDY = (
    "use letters, digits, . _ and -; not none..., nor a name that Windows keeps (con, nul, com1), nor a last dot, nor a part"
    " such as .json, .tsr or .renewal-1"
)


def load(path: Path) -> Configuration:
    """Read a titlewatch.toml. Raises ConfigurationError naming file, line and key."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"cannot be read ({error})", str(path), "check the file") from error
    return parse(text, str(path))


def parse(text: str, source: str = FILE_NAME) -> Configuration:
    """Read the text of a titlewatch.toml; `source` names it in errors."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"not TOML: {error}", source, "correct the line") from None
    built: Configuration = _build(Configuration, data, "", source, text)
    return built


def keys() -> tuple[str, ...]:
    """Every key that a configuration has, as ``section.key``."""
    hints = get_type_hints(Configuration)
    return tuple(f"{section.name}.{f.name}" for section in fields(Configuration) for f in fields(hints[section.name]))


def changed(text: str, assignments: dict[str, str], source: str = FILE_NAME) -> str:
    """The text of a titlewatch.toml with some keys changed, its comments kept.

    A value is a TOML value; what is no TOML is a string. Raises ConfigurationError and
    changes nothing when the result would not be acceptable.
    """
    parse(text, source)
    document = tomlkit.parse(text)
    for key, raw in assignments.items():
        if key not in keys():
            raise ConfigurationError("unknown key", key, f"use one of: {', '.join(keys())}")
        section, name = key.split(".", 1)
        if section not in document:
            document[section] = tomlkit.table()
        document[section][name] = _value(raw)
    result = tomlkit.dumps(document)
    parse(result, source)
    return result


def _value(raw: str) -> Any:
    try:
        return tomlkit.value(raw)
    except (tomlkit.exceptions.TOMLKitError, ValueError):
        return raw


def _build(kind: Any, data: Any, where: str, source: str, text: str) -> Any:
    if not isinstance(data, dict):
        raise ConfigurationError("not a table", _place(where, source, text), f"write [{where}]")
    hints = get_type_hints(kind)
    known = {f.name: f for f in fields(kind)}
    for name in data:
        if name not in known:
            dotted = f"{where}.{name}".lstrip(".")
            raise ConfigurationError(
                f"unknown key {dotted}", _place(dotted, source, text), f"use one of: {', '.join(known)}"
            )
    values = {}
    for name, spec in known.items():
        dotted = f"{where}.{name}".lstrip(".")
        if name in data:
            values[name] = _typed(hints[name], data[name], dotted, source, text)
        elif spec.default is MISSING and spec.default_factory is MISSING:
            raise ConfigurationError(f"{dotted} is missing", _place(where, source, text), "add it")
    return kind(**values)


def _typed(hint: Any, value: Any, dotted: str, source: str, text: str) -> Any:
    place = _place(dotted, source, text)
    if is_dataclass(hint):
        return _build(hint, value, dotted, source, text)
    if get_origin(hint) is tuple:
        if not isinstance(value, list):
            raise ConfigurationError(f"{dotted} is not a list", place, "write [ ... ]")
        items = tuple(_typed(get_args(hint)[0], item, dotted, source, text) for item in value)
        for item in items if dotted == "attribution.resolvers" else ():
            try:
                address_port(item, 53)
            except UsageError as error:
                raise ConfigurationError(f"{dotted}: {error.what}", f"{place} {item}", error.remedy) from None
        ids = [item.id for item in items if isinstance(item, Authority)]
        for one in ids:
            if not _AUTHORITY.fullmatch(one) or any(_TAKEN.fullmatch(word) for word in one.lower().split(".")):
                raise ConfigurationError("not an id for an authority", f"{place} {one}", _AUTHORITY_REMEDY)
        if len(ids) != len({one.casefold() for one in ids}):
            why = f"{dotted} names an id twice, or two that differ in capitals alone"
            raise ConfigurationError(why, place, "give each authority its own id")
        return items
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    if not isinstance(value, hint) or (isinstance(value, bool) and hint is not bool):
        raise ConfigurationError(f"{dotted} is {value!r}", place, f"give {_KINDS[hint]}")
    if dotted in LIMITS and not LIMITS[dotted][0] <= value <= LIMITS[dotted][1]:
        raise ConfigurationError(f"{dotted} is {value!r}", place, "give {} to {}".format(*LIMITS[dotted]))
    if dotted in CHOICES and value not in CHOICES[dotted]:
        raise ConfigurationError(f"{dotted} is {value!r}", place, f"use one of: {', '.join(CHOICES[dotted])}")
    if dotted == "collector.country" and value.strip() and country_of(value) not in TERRITORIES:
        # Licences and data law are judged by it: a country that nobody knows would let both pass.
        raise ConfigurationError(
            f"{dotted} is {value!r}", place, "give the code of the country, such as CN, US or DE (ISO 3166)"
        )
    return value


def _place(dotted: str, source: str, text: str) -> str:
    """``file:line`` of a key, found by its section and name; the file alone where it stands elsewhere."""
    section, _, name = dotted.rpartition(".")
    current = ""
    for number, line in enumerate(text.splitlines(), 1):
        stripped = line.strip()
        if stripped.startswith("["):
            current = stripped.strip("[]").strip()
            if current == dotted:
                return f"{source}:{number}"
        elif stripped.split("=", 1)[0].strip().strip("\"'") in (name, dotted) and current in (section, ""):
            return f"{source}:{number}"
    return source
