"""A site file's text into a Description; everything that is wrong is named with line, key and remedy."""

import re
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, is_dataclass
from functools import lru_cache
from typing import Any, get_args, get_origin, get_type_hints
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from crawler.description import Description
from crawler.errors import ConfigurationError, UsageError
from crawler.hosts import host_port
from crawler.sitefile.problem import Problem
from crawler.sitefile.selecting import compiled

SUFFIX = ".toml"
_ID = re.compile(r"\w[\w.-]{0,79}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_OFFSET = re.compile(r"[+-](0\d|1[0-4]):[0-5]\d")
_PLACE = re.compile(r"\{title(?::([\w.-]+))?\}")
_KINDS = {"str": "a text in quotes", "float": "a number", "int": "a whole number"}


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a site file may ask for; None where it is not bound."""

    engines: Sequence[str] | None = None
    """The names of the readers that exist."""
    least_delay: float | None = None
    """Seconds; the workspace's own ``crawl.delay``."""
    most_depth: int | None = None
    """The workspace's own ``crawl.max_depth``."""


@dataclass(frozen=True, slots=True)
class Examined:
    """What a file says, and what is wrong with it; without problems there is a description."""

    description: Description | None
    problems: tuple[Problem, ...]


def examine(text: str, source: str, bounds: Bounds | None = None) -> Examined:
    """Read the text of a site file; `source` is its path, for the problems, and its name must be the id's."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return Examined(None, (Problem(source, "", f"not TOML: {error}", "correct the line"),))
    examination = _Examination(text, source)
    built: Description | None = examination.table(Description, data, "")
    if built is not None:
        examination.hold(built, bounds or Bounds())
    if examination.problems:
        return Examined(None, tuple(examination.problems))
    return Examined(built, ())


@lru_cache(maxsize=4096)
def described(text: str, source: str) -> Description:
    """The description in a site file's text. Raises ConfigurationError for the first problem, and says how many more."""
    examined = examine(text, source)
    if examined.description is not None:
        return examined.description
    first, more = examined.problems[0], len(examined.problems) - 1
    which = f"{first.place} (and {more} more)" if more else first.place
    raise ConfigurationError(first.what, which, first.remedy)


class _Examination:
    def __init__(self, text: str, source: str) -> None:
        self.text, self.source = text, source
        self.problems: list[Problem] = []

    def wrong(self, key: str, what: str, remedy: str) -> None:
        self.problems.append(Problem(self._place(key), key, what, remedy))

    def _place(self, key: str) -> str:
        section, _, name = key.rpartition(".")
        current = ""
        for number, line in enumerate(self.text.splitlines(), 1):
            stripped = line.strip()
            if stripped.startswith("["):
                current = stripped.strip("[] ")
                if current == key:
                    return f"{self.source}:{number}"
            elif current == section and stripped.split("=", 1)[0].strip().strip("\"'") == name:
                return f"{self.source}:{number}"
        return self.source

    def table(self, kind: Any, data: Any, where: str) -> Any:
        """The dataclass that a table tells, what is wrong in it left out, so that the rest is held too; None for no table."""
        if not isinstance(data, dict):
            self.wrong(where, f"{where} is not a table", f"write [{where}] and the keys below it")
            return None
        hints = get_type_hints(kind)
        known = {field.name: field for field in fields(kind)}
        for name in data:
            if name not in known:
                key = f"{where}.{name}".lstrip(".")
                self.wrong(key, f"unknown key {key}", f"use one of: {', '.join(known)}")
        values: dict[str, Any] = {"id": "", "hosts": ()} if kind is Description else {}
        for name in known:
            key = f"{where}.{name}".lstrip(".")
            if name in data:
                before = len(self.problems)
                value = self._value(hints[name], data[name], key)
                if value is not None and (is_dataclass(value) or len(self.problems) == before):
                    values[name] = value
            elif name in ("id", "hosts"):
                self.wrong(key, f"{key} is missing", "add it")
        return kind(**values)

    def _value(self, hint: Any, value: Any, key: str) -> Any:
        if is_dataclass(hint):
            return self.table(hint, value, key)
        if get_origin(hint) is tuple:
            if not isinstance(value, list) or not value or not all(isinstance(one, str) and one for one in value):
                self.wrong(key, f"{key} is no list of texts", 'write ["..."]')
                return ()
            if len(set(value)) != len(value):
                self.wrong(key, f"{key} names something twice", "name each once")
            return tuple(value)
        choices = [one for one in get_args(hint) if isinstance(one, str)]
        if choices:
            if value not in choices:
                self.wrong(key, f"{key} is {value!r}", f"use one of: {', '.join(choices)}")
            return value
        wanted = next((one for one in get_args(hint) if one is not type(None)), hint)
        if wanted is float and isinstance(value, int) and not isinstance(value, bool):
            value = float(value)
        if not isinstance(value, wanted) or isinstance(value, bool):
            self.wrong(key, f"{key} is {value!r}", f"give {_KINDS[wanted.__name__]}")
        elif isinstance(value, str) and not value.strip() and key not in ("name", "notes"):
            self.wrong(key, f"{key} is empty", "fill it, or leave it out")
        return value

    def hold(self, told: Description, bounds: Bounds) -> None:
        """Hold what a description says against what can be."""
        if not any(problem.key == "id" for problem in self.problems):
            self._id(told.id)
        self._addresses(told)
        if told.engine is not None and bounds.engines is not None and told.engine not in bounds.engines:
            remedy = f"use one of: {', '.join(bounds.engines)}; or leave it out"
            self.wrong("engine", f"unknown engine {told.engine!r}", remedy)
        self._hints(told)
        self._manner(told, bounds)
        for section, table in (("list", told.selectors.list), ("topic", told.selectors.topic)):
            for field in fields(table):
                self._try(f"selectors.{section}.{field.name}", getattr(table, field.name), compiled)
        for pattern in told.skip:
            try:
                re.compile(pattern)
            except re.error as error:
                self.wrong("skip", f"not a pattern ({error}): {pattern}", "write a regular expression of Python")

    def _id(self, told: str) -> None:
        if not _ID.fullmatch(told):
            self.wrong("id", f"{told!r} is no id for a site", "use letters, digits, . _ and -")
        name = re.split(r"[/\\]", self.source)[-1]
        if name.endswith(SUFFIX) and name != f"{told}{SUFFIX}":
            self.wrong("id", f"the file is not called after its id {told!r}", f"call it {told}{SUFFIX}")

    def _addresses(self, told: Description) -> None:
        hosts: set[str] = set()
        for host in told.hosts:
            whole = host if "://" in host else f"https://{host}"
            parts = urlsplit(whole)
            if parts.path or parts.query or parts.fragment or "@" in parts.netloc:
                self.wrong("hosts", f"more than a host: {host}", "write host, host:port or http://host")
                continue
            place = self._try("hosts", whole, host_port)
            if place in hosts:
                self.wrong("hosts", f"named twice: {host}", "name each host once")
            hosts.add(str(place))
        for path in told.start:
            self._path("start", path)
        if told.search is not None:
            self._path("search", told.search)
            places = _PLACE.findall(told.search)
            if len(places) != 1:
                self.wrong(
                    "search", f"no single {{title}} in {told.search}", "write {title} where the title goes, once"
                )
            for charset in filter(None, places):
                self._try("search", charset, "".encode)

    def _path(self, key: str, path: str) -> None:
        if not path.startswith("/") or path.startswith("//") or "#" in path:
            self.wrong(key, f"not a path: {path}", "begin with /; the host stands in hosts, so that the site can move")

    def _hints(self, told: Description) -> None:
        if told.language is not None and not _LANGUAGE.fullmatch(told.language):
            self.wrong("language", f"not a language: {told.language}", "write en, zh-Hans, ja ... (BCP 47)")
        self._try("charset", told.charset, "".encode)
        if told.zone is not None and not _OFFSET.fullmatch(told.zone):
            self._try("zone", told.zone, ZoneInfo)

    def _manner(self, told: Description, bounds: Bounds) -> None:
        manner = told.visit
        if manner.delay is not None:
            least = bounds.least_delay or 0.0
            if not least <= manner.delay <= 86_400:
                remedy = f"give {least:g} to 86400; a workspace allows less with: titlewatch config crawl.delay=SECONDS"
                self.wrong("visit.delay", f"{manner.delay:g} seconds between two requests", remedy)
        if manner.max_requests is not None and manner.max_requests < 1:
            self.wrong("visit.max_requests", f"{manner.max_requests} requests", "give 1 or more, or leave it out")
        if manner.max_depth is not None:
            most = bounds.most_depth
            if manner.max_depth < 0 or (most is not None and manner.max_depth > most):
                remedy = "give 0 or more" if most is None else f"give 0 to {most} (crawl.max_depth)"
                self.wrong("visit.max_depth", f"{manner.max_depth} links deep", remedy)

    def _try(self, key: str, value: str | None, reader: Callable[[str], object]) -> object:
        if value is None:
            return None
        try:
            return reader(value)
        except UsageError as error:
            self.wrong(key, f"{error.what}: {value}", error.remedy)
        except (LookupError, ValueError, OSError):
            names = {"zone": "a time zone", "charset": "a character encoding", "search": "a character encoding"}
            examples = {"zone": "write Asia/Shanghai or +08:00"}
            self.wrong(
                key, f"not {names[key]}: {value}", examples.get(key, "write utf-8, gb18030, big5, shift_jis ...")
            )
        return None
