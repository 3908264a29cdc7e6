"""Addresses that the text gives and that no list knows: on any host, with or without a scheme, shortened ones too."""

import re
from collections.abc import Iterator, Sequence

from crawler.matching.files import Trace
from crawler.matching.lexicon import genuine_host
from crawler.model import Target

_ADDRESS = re.compile(
    r"(?i)(?<![\w.@-])(?:(?:https?|hxxps?|ftp)://)?((?:[a-z0-9-]+\.)+[a-z]{2,14})(?::\d+)?(/[^\s<>\"'，。；、）】》]*)?(?![\w@])"
)
_DOT = re.compile(r"(?i)\.[a-z0-9-]")
_SHARING = re.compile(
    r"(?i)/(?:s|f|d|e|v|u|dl|file|files|folder|folders|share|sh|stream|watch|play|player|embed|download|get|torrent|t|p|paste|vault|go|link|w|view|movie|anime|manga)/"
    r"|/#|/[\w-]*\d[\w-]*$|\.(?:zip|rar|7z|iso|mkv|mp4|epub|pdf|apk|torrent|exe|cbz|cbr|flac|mp3)\b"
)
_SHARERS = re.compile(
    r"(?i)cloud|drive|files?(?=[.\d-])|(?<![a-z])box(?![a-z])|share|upload|paste|stream|movies?|torrent|mirror|rips?(?![a-z])|crack|warez|leak|roms?(?![a-z])|pirat|flix|hoarder|vault|locker|nest(?=\.)|"
    r"watch|episod|series|epub|ebook|pdf|mp3|anime|manga|iptv|keys?(?=\.)|short|cut+\.|tiny|bit\.|link|wormhole|transfer|kino|film|dump|stash|free"
)
_HONEST = re.compile(
    r"(?i)(?:^|[.-])(?:official|shop|store|museum|library|libraries|bibliothe\w+|biblioteca|news|wiki|blog|reviews?|cinema|tickets?|gov|edu|ac|press|gazette|times|magazine|podcasts?|publisher|publishing|books?tore|verlag|forum|git|docs|support|help|vendor)(?:[.-]|$)"
)
_SUFFIXES = re.compile(
    r"(?i)\.(?:com|net|org|cn|io|me|tv|cc|co|ru|to|nz|la|xyz|info|top|vip|club|link|site|online|store|app|dev|pro|live|stream|test|example|invalid|su|ws|is|se|ch|li|ly|gg|gd|fi|fr|de|es|it|pl|pt|br|mx|ar|cl|tr|gr|hu|cz|sk|ro|bg|ua|by|kz|nl|be|dk|no|at|uk|ie|us|ca|au|in|id|my|vn|th|ph|jp|kr|tw|hk|sg|eu|biz|lol|cloud|space|website|fun|icu|pw|st|sx|sh|ai|im|re|mn|lt|lv|ee|rs|hr|si|ba|mk|page|zip|one|art|click|monster|rest|cyou|party|world|life|today|movie|download)$"
)


def _written(text: str) -> Iterator[re.Match[str]]:
    """Whatever has the form of an address: the expression is slow, so it is tried on the words with a dot inside."""
    reached = 0
    for dot in _DOT.finditer(text):
        at = dot.start()
        if at < reached:
            continue
        start = max(text.rfind(" ", reached, at), text.rfind("\n", reached, at), reached - 1) + 1
        ends = [end for sign in " \n" if (end := text.find(sign, at)) >= 0]
        reached = min(ends, default=len(text))
        yield from _ADDRESS.finditer(text, start, reached)


def addresses(text: str, targets: Sequence[Target], own: str) -> Iterator[Trace]:
    """Addresses in a raw text that are neither targets nor on a host that is known to be genuine, nor on the page's own."""
    if "." not in text:
        return
    known = [target.url.lower() for target in targets]
    for found in _written(text):
        host, path = found[1].lower(), found[2] or ""
        if not _SUFFIXES.search(host) or genuine_host(host) or host == own or _HONEST.search(host):
            continue
        if any(host in url for url in known):
            continue
        sharing = bool(_SHARERS.search(host.rsplit(".", 1)[0] + ".")) + bool(_SHARING.search(path))
        if len(path) > 1 or sharing:
            yield Trace("address", (0.5 if len(path) <= 1 else 0.9) + 0.3 * sharing, *found.span())
