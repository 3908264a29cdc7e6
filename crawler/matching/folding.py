"""Short texts folded character by character, which is cheaper than as a page."""

from crawler.text import fold

_MOST_MET = 50_000


class _Folded(dict[int, str]):
    """What characters fold to, by their codes, as far as they were met."""

    def __missing__(self, code: int) -> str:
        text = fold(chr(code)).text
        if len(self) < _MOST_MET:
            self[code] = text
        return text


_met = _Folded()


def folded_short(text: str) -> str:
    """The text of `crawler.text.fold`, which folds each character whatever stands beside it."""
    return text.translate(_met)
