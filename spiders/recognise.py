"""Which site software a page comes from, by more than one sign."""

from spiders.engines import ENGINES
from spiders.page import FetchedPage
from spiders.recognition import Sign

_ENOUGH = 0.6


def recognise(page: FetchedPage) -> str | None:
    """The name of the engine whose signs the page shows; None when no engine shows two signs of enough weight."""
    cookies = page.headers.every("set-cookie")
    fields = tuple(f"{name}: {value}" for name in page.headers for value in page.headers.every(name))
    best, best_weight = None, 0.0
    source = page.text.lower()
    for name, engine in ENGINES.items():
        # A plain search for one of its words is a hundred times cheaper than its signs.
        if not any(hint in source for hint in engine.HINTS):
            continue
        shown = [sign for sign in engine.SIGNS if _shows(sign, page, cookies, fields)]
        weight = sum(sign.weight for sign in shown)
        if len(shown) >= 2 and weight >= _ENOUGH and weight > best_weight:
            best, best_weight = name, weight
    return best


def _shows(sign: Sign, page: FetchedPage, cookies: tuple[str, ...], fields: tuple[str, ...]) -> bool:
    if sign.where == "cookie":
        return any(sign.pattern.search(cookie) for cookie in cookies)
    if sign.where == "header":
        return any(sign.pattern.search(field) for field in fields)
    return sign.pattern.search(page.text) is not None
