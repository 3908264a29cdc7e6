"""Which of the links that were read are targets, and of what kind."""

import re

from crawler.model import Attribute
from crawler.targets import shapes
from crawler.targets.families import is_not_target
from crawler.targets.found import Found

_offers = re.compile(
    r"下载|下載|网盘|網盤|云盘|雲盤|云盤|提取码|直链|直連|镜像|鏡像|种子|種子|磁力|在线观看|線上看|在线播放|补链|补档|转存"
    r"|(?<![a-z])(?:downloads?|mirrors?|direct link|ddl|torrent|watch online|re-?up(?:load)?s?|free link)(?![a-z])",
    re.IGNORECASE,
)
_FRAMES = frozenset({"iframe", "embed", "object", "frame"})
_MEDIA = frozenset({"video", "audio", "source"})
_LINKING = frozenset({"href", "value", "data-url", "data-href"})


def kind_of(found: Found, own: str, around: str, attribute: Attribute | None) -> str | None:
    """The kind of target that a link is; None for an ordinary link.

    `own`: the page's host with its port, without www.; `around`: the words on the same line;
    `attribute`: where the link stands, None for running text.
    """
    address = found.address
    if address is None:
        return found.kind
    if own and f"{address.host}:{address.port}".rstrip(":").removeprefix("www.") == own:
        return None
    if found.object or found.damaged:
        return found.kind
    if is_not_target(address.host):
        return None
    shape = shapes.extension_kind(address.tail)
    if shape:
        return shape if shape != "picture" else None
    if attribute and attribute.element in _MEDIA and attribute.name in ("src", "data-src"):
        return "stream"
    if attribute and attribute.element in _FRAMES and shapes.plays(address.tail):
        return "player"
    kind = shapes.share_kind(address.tail) or found.kind or _kind_by_company(found, around, attribute)
    # Nothing in a short address tells what lies behind it.
    return "link" if kind and found.family and found.kind is None else kind


def _kind_by_company(found: Found, around: str, attribute: Attribute | None) -> str | None:
    """``link`` for an address without any known shape that its disguise, its code or the words beside it give away."""
    address = found.address
    if address is None or address.cut:
        return None
    empty = address.tail in ("", "/")
    if found.disguised:
        # "the end . Start/stop": words with a full stop between them look like a host without a scheme.
        chance = address.schemeless and (empty or not shapes.is_opaque(_last_segment(address.tail)))
        return None if chance else "link"
    if address.schemeless or empty:
        return None
    spoken = attribute is None or attribute.name in _LINKING
    return "link" if found.code or (spoken and _offers.search(around)) else None


def _last_segment(tail: str) -> str:
    return re.split(r"[?#]", tail, maxsplit=1)[0].rstrip("/").rpartition("/")[2]
