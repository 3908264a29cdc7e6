"""What a shop's page offers for sale: the product that it describes for machines, with its price and who sells it."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lxml.html import HtmlElement

from spiders.articles import heading_of
from spiders.page import FetchedPage
from spiders.posts import words
from spiders.reading import PRICE
from spiders.xpath import Elements

_LINKED_DATA = Elements("//script[@type='application/ld+json']")
_PRODUCTS = Elements("//*[@itemscope and contains(@itemtype, 'schema.org/Product')]")
_OTHERS = re.compile(
    r"(?:^|[\s_-])(?:related|up-?sells?|cross-?sells?|similar|recommend(?:ed|ations?)?|also-?(?:bought|viewed|like)|carousel|recently-?viewed|reviews?)(?:$|[\s_-])",
    re.I,
)
_SOLD_BY = re.compile(
    r"(?:^|\n)\s*(?:sold by|seller|vendor|shop|卖家|掌柜|店铺|商家)\s*[:\uff1a]?\s*([^\n]{2,60})", re.I
)
_CONTROLS = Elements("//form[@action] | //button | //a[@href] | //input[@type='submit' or @type='button']")
_BUYING_ADDRESS = re.compile(
    r"(?:basket|cart|trolley|bag)/?(?:\?|/)?(?:add|action=add)|[?&/]add[_-]?to[_-]?(?:basket|cart|bag)|/buy(?:[/?]|$)",
    re.I,
)
_BUYING = re.compile(
    r"\W*(?:add(?: it)? to (?:my )?(?:basket|cart|bag|trolley)|buy(?: it)?(?: now)?|order now|加入购物车|加入購物車|放入购物车|立即购买|立即購買|马上购买|立刻购买|直接购买|购买)\W*",
    re.I,
)
_MANY_LEVELS = 12
_DEEP = 6
_LONGEST_DATA = 500_000


@dataclass(frozen=True, slots=True)
class ProductOffer:
    """One product for sale on its own page."""

    block: HtmlElement
    """The part of the page that is about this product."""
    others: tuple[HtmlElement, ...]
    """Parts of the block that advertise other products."""
    price: str | None
    """As the page displays it; as the data for machines says it where nothing displays it."""
    seller: str | None


def product_offer(page: FetchedPage) -> ProductOffer | None:
    """The product that a page is about, after schema.org Product and Offer (microdata or JSON-LD); None for other pages and for lists."""
    marked = [
        element
        for element in _PRODUCTS(page.root)
        if not any(e in _PRODUCTS(page.root) for e in element.iterancestors())
    ]
    if len(marked) == 1:
        return _from_microdata(page, marked[0])
    described = [] if marked else _described(page)
    heading = heading_of(page)
    if heading is None:
        return None
    if not (marked or described):
        return _from_control(page, heading)
    if len(described) != 1:
        return None
    data = described[0]
    offer = _first_offer(data)
    block = _block(heading, str(data.get("description") or ""))
    said = _number(offer.get("price") or offer.get("lowPrice"))
    money = str(offer.get("priceCurrency") or "")
    others = _others(block)
    shown = _displayed(block, others, said)
    return ProductOffer(
        block,
        others,
        shown or (f"{said} {money}".strip() if said else None),
        _name(offer.get("seller")) or _seller(block),
    )


def _from_microdata(page: FetchedPage, block: HtmlElement) -> ProductOffer:
    others = _others(block)
    price = next((e for e in block.iter() if e.get("itemprop") in ("price", "lowPrice")), None)
    shown = None
    if price is not None:
        said = _number(price.get("content") or words(price))
        money = next((e.get("content") or words(e) for e in block.iter() if e.get("itemprop") == "priceCurrency"), "")
        own = words(price)
        shown = own if PRICE.fullmatch(own) else _displayed(block, others, said) or f"{said} {money}".strip() or None
    seller = next((e for e in block.iter() if e.get("itemprop") == "seller"), None)
    return ProductOffer(block, others, shown, (words(seller) if seller is not None else None) or _seller(block))


def _from_control(page: FetchedPage, heading: HtmlElement) -> ProductOffer | None:
    """The product under the page's heading, where a price and one thing to buy it by stand; no data for machines says so."""
    controls = [control for control in _CONTROLS(page.root) if _buys(control)]
    block = _common(heading, controls)
    if block is None:
        return None
    others = _others(block)
    price = _displayed(block, others, "")
    if price is None:
        return None
    while (parent := block.getparent()) is not None and parent.tag not in ("body", "html", "main"):
        # What is said of a product may stand below the columns of its picture and its price.
        if parent.find(".//nav") is not None or parent.find(".//footer") is not None:
            break
        block = parent
    others = _others(block)
    return ProductOffer(block, others, price, _seller(block))


def _buys(control: HtmlElement) -> bool:
    if control.tag == "form":
        return _BUYING_ADDRESS.search(control.get("action") or "") is not None
    return _BUYING.fullmatch(control.get("value") or words(control)[:40]) is not None


def _common(heading: HtmlElement, controls: list[HtmlElement]) -> HtmlElement | None:
    """The smallest part around the heading that holds what buys; None where several products can be bought in it."""
    block = heading
    for _ in range(_MANY_LEVELS):
        parent = block.getparent()
        if parent is None or parent.tag in ("body", "html"):
            return None
        block = parent
        held = [control for control in controls if block in control.iterancestors()]
        if held:
            forms = {
                control if control.tag == "form" else next(control.iterancestors("form"), control) for control in held
            }
            return block if len(forms) == 1 else None
    return None


def _described(page: FetchedPage) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for script in _LINKED_DATA(page.root):
        text = script.text or ""
        if len(text) > _LONGEST_DATA:
            continue
        try:
            data = json.loads(text, strict=False)
        except (ValueError, RecursionError):
            continue
        found.extend(each for each in _dictionaries(data, _DEEP) if _is_product(each))
    return found


def _dictionaries(data: Any, deep: int) -> Iterator[dict[str, Any]]:
    if isinstance(data, list):
        for each in data:
            yield from _dictionaries(each, deep)
    elif isinstance(data, dict) and deep:
        yield data
        for key in ("@graph", "mainEntity", "itemListElement", "item"):
            if key in data:
                yield from _dictionaries(data[key], deep - 1)


def _is_product(data: dict[str, Any]) -> bool:
    kind = data.get("@type")
    kinds = kind if isinstance(kind, list) else [kind]
    return any(str(each).rpartition("/")[2] in ("Product", "IndividualProduct", "ProductGroup") for each in kinds)


def _first_offer(data: dict[str, Any]) -> dict[str, Any]:
    offers = data.get("offers")
    first = offers[0] if isinstance(offers, list) and offers else offers
    return first if isinstance(first, dict) else {}


def _name(data: Any) -> str | None:
    name = data.get("name") if isinstance(data, dict) else data
    return " ".join(name.split()) if isinstance(name, str) and name.strip() else None


def _number(value: Any) -> str:
    found = re.search(r"\d[\d.,]*", str(value or ""))
    return found[0] if found else ""


def _block(heading: HtmlElement, description: str) -> HtmlElement:
    """The smallest part around the heading that holds what is said of the product and a price."""
    start = " ".join(description.split())[:30]
    block = heading
    for _ in range(_MANY_LEVELS):
        parent = block.getparent()
        if parent is None or parent.tag in ("body", "html"):
            break
        block = parent
        said = words(block)
        if (not start or start in said) and PRICE.search(said):
            break
    return block


def _others(block: HtmlElement) -> tuple[HtmlElement, ...]:
    return tuple(
        element
        for element in block.iter("section", "div", "ul", "aside", "table")
        if element is not block and _OTHERS.search(f"{element.get('class') or ''} {element.get('id') or ''}")
    )


def _displayed(block: HtmlElement, others: tuple[HtmlElement, ...], said: str) -> str | None:
    """The price as the block shows it: the one that has the number said for machines, else the first."""
    first = None
    for element in block.iter("span", "p", "div", "ins", "strong", "b", "em", "bdi", "td", "dd", "h2", "h3"):
        text = words(element)
        found = PRICE.search(text) if 0 < len(text) < 60 else None
        if found is None or any(other in (element, *element.iterancestors()) for other in others):
            continue
        first = first or found[0]
        if said and _plain(found[0]) == _plain(said):
            return found[0]
    return first


def _plain(price: str) -> str:
    """A price's digits in cents, whatever sign parts them."""
    digits = re.sub(r"[^\d.,]", "", price).strip(".,")
    whole, _, part = digits.replace(",", ".").rpartition(".")
    if whole and len(part) <= 2:
        return whole.replace(".", "") + part.ljust(2, "0")
    return digits.replace(",", "").replace(".", "") + "00"


def _seller(block: HtmlElement) -> str | None:
    lines = "\n".join(words(e) for e in block.iter("div", "p", "li", "span", "tr", "dl", "section") if len(e) <= 4)
    found = _SOLD_BY.search(lines[:20_000])
    return found[1].strip() if found else None
