"""Chinese names in Latin letters, for ids that people can read and say."""

import re

from crawler.matching.pinyin import readings
from crawler.text import spelled

_RUN = re.compile(r"[a-z0-9]+|[^a-z0-9\s]+")


def latin(name: str) -> list[str]:
    """The syllables and words of a name, each character by its commonest reading; empty where one has none.

    >>> latin("流浪地球2")
    ['liu', 'lang', 'di', 'qiu', '2']
    """
    found: list[str] = []
    for run in _RUN.findall(spelled(name)):
        read = [[run]] if run.isascii() else readings(run)
        if not read:
            return []
        found += read[0]
    return found
