"""XPath expressions, compiled once, each saying what kind of answer it gives."""

from lxml import etree
from lxml.html import HtmlElement


class Elements:
    """Selects elements, in document order."""

    __slots__ = ("_find",)

    def __init__(self, expression: str) -> None:
        self._find = etree.XPath(expression, smart_strings=False)

    def __call__(self, element: HtmlElement) -> list[HtmlElement]:
        return self._find(element)  # type: ignore[return-value]

    def first(self, element: HtmlElement) -> HtmlElement | None:
        """The first one, or None."""
        found = self(element)
        return found[0] if found else None


class Strings:
    """Selects attribute values or texts, in document order."""

    __slots__ = ("_find",)

    def __init__(self, expression: str) -> None:
        self._find = etree.XPath(expression, smart_strings=False)

    def __call__(self, element: HtmlElement) -> list[str]:
        return self._find(element)  # type: ignore[return-value]


class Text:
    """Gives one text with its whitespace folded, empty when nothing is there."""

    __slots__ = ("_find",)

    def __init__(self, expression: str) -> None:
        self._find = etree.XPath(f"string({expression})", smart_strings=False)

    def __call__(self, element: HtmlElement) -> str:
        return " ".join(str(self._find(element)).split())


class Truth:
    """Answers yes or no."""

    __slots__ = ("_find",)

    def __init__(self, expression: str) -> None:
        self._find = etree.XPath(f"boolean({expression})", smart_strings=False)

    def __call__(self, element: HtmlElement) -> bool:
        return bool(self._find(element))
