"""A new site file: every key with what it is for, those that are known filled in."""

from dataclasses import dataclass

import tomlkit


@dataclass(frozen=True, slots=True)
class Glance:
    """What a site's front page shows a reader."""

    url: str
    title: str
    engine: str | None
    language: str | None
    search: str | None
    """The path of the site's search with ``{title}``."""
    topics: int
    lists: int


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a site when its file is begun; empty where nothing is."""

    site_id: str
    hosts: tuple[str, ...]
    name: str = ""
    engine: str | None = None
    language: str | None = None
    charset: str | None = None
    search: str | None = None
    start: str = "/"
    seen: str = ""
    """What the look at the front page showed, in one line."""


def skeleton(known: Known) -> str:
    """The text of a site file that `examine` accepts; what is not known stands there as a comment."""

    def line(key: str, value: object, example: str, why: str) -> str:
        told = f"{key} = {_toml(value)}" if value else f"# {key} = {example}"
        return f"{told:<44}# {why}"

    lines = [
        f"# A site file of titlewatch: where this site is and how to read it. Check it: titlewatch sites check {known.site_id}",
        f"id = {_toml(known.site_id)}{'':<4}# never changes; the file and the folder of recorded pages are called after it",
        f"name = {_toml(known.name)}",
        "# The present address first, then mirrors and earlier homes: host, host:port or http://host.",
        f"hosts = {_toml(list(known.hosts))}",
        line("start", [known.start] if known.start != "/" else None, '["/"]', "paths; the first is the entry point"),
        line("engine", known.engine, '"phpbb"', "the reader; left out: recognised on the first visit"),
        line("language", known.language, '"zh-Hans"', "asked of the site"),
        line("charset", known.charset, '"gb18030"', "only where the pages declare none, or a wrong one"),
        line("zone", None, '"Asia/Shanghai"', "only where the site does not tell the zone of its times"),
        line("search", known.search, '"/search?q={title}"', "the site's own search by a plain address"),
        line("skip", None, "['/shoutbox/']", "paths that are never followed"),
        line(
            "rests_on",
            "pages" if known.seen else "documentation",
            "",
            "pages or documentation: what it was written after",
        ),
        f"notes = {_toml(known.seen)}",
        "",
        "# [visit]",
        "# delay = 10           seconds between two requests; never below the workspace's crawl.delay",
        "# max_requests = 500   of one visit",
        "# max_depth = 20       links from the entry point",
        "",
        "# Selectors stand in place of the engine's, each on its own: CSS, or XPath beginning with //.",
        "# [selectors.list]",
        '# row = "li.topic"           each row of a list',
        '# link = "a.title"           in a row: the way to its topic',
        '# replies = ".count"         in a row: changes when somebody answers',
        '# date = "time"              in a row: the last change',
        '# board = "a.board"          ways to further lists',
        '# next = "a.next"            ways to the further pages',
        "# [selectors.topic]",
        '# post = "article.post"      each post, or the one article',
        '# title = "h1"               the heading of the whole',
        '# body = ".content"          in a post: what its writer wrote',
        '# poster = ".author"',
        '# date = "time"',
        '# price = ".price"',
        '# next = "a.next"            ways to the further pages',
    ]
    return "\n".join(lines) + "\n"


def _toml(value: object) -> str:
    return tomlkit.item(value).as_string()
