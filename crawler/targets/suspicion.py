"""A quick look that spares texts without any link: it may say yes too often, never no where a link stands."""

_RUN = 16
_run_classes = bytes(
    ord("x") if number < 128 and (chr(number).isalnum() or chr(number) in "+/=_-%") else ord(" ")
    for number in range(256)
)
_run = b"x" * _RUN
_ASCII_SIGNS = ("://", ":?xt=", "|file|")
_WIDE_SIGNS = ("：？", "｜", "\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad")
_ASCII_SLASHES = ("/", "\\")
_WIDE_SLASHES = ("/", "\\", "／", "⁄", "∕", "斜杠", "斜线", "斜線")
_LABEL = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-"
_DOTS = frozenset(".。｡．点點·•․﹒])}】）")
_DOT_WORDS = ("dot", "DOT", "Dot", "punkt", "point")
_BEHIND_SCHEME = frozenset(":：]/／\\")
_REACH = 32
_MANY = 512


def suspicious(text: str) -> bool:
    """Whether a text may hold a link of any kind, in any disguise."""
    if len(text) < 8:
        return False
    for sign in _ASCII_SIGNS:
        if sign in text:
            return True
    if _run in text.encode("ascii", "replace").translate(_run_classes):
        return True
    if text.isascii():
        return any(_slashed(text, slash) for slash in _ASCII_SLASHES)
    return any(sign in text for sign in _WIDE_SIGNS) or any(_slashed(text, slash) for slash in _WIDE_SLASHES)


def _slashed(text: str, slash: str) -> bool:
    place = text.find(slash)
    seen = 0
    while place >= 0:
        seen += 1
        if seen > _MANY or _ends_host(text[max(0, place - _REACH) : place]):
            return True
        place = text.find(slash, place + 1)
    return False


def _ends_host(before: str) -> bool:
    """Whether the characters before a slash may be the end of a host, or of a scheme."""
    before = before.rstrip(" \t")
    if not before:
        return False
    last = before[-1]
    if last in _BEHIND_SCHEME or (not last.isascii() and ((last.isalnum() and last <= "\u024f") or last >= "\uff00")):
        return True
    body = before.rstrip(_LABEL)
    label = before[len(body) :]
    if body.endswith(":") and label.isdigit():
        body, label = body[:-1].rstrip(_LABEL), body[len(body[:-1].rstrip(_LABEL)) : -1]
    if not label:
        return last in _DOTS
    if label in ("s", "S"):
        return True
    gap = body.rstrip(" \t")
    if label[0].isdigit() and not label.isalpha() and gap[-1:] != "." and len(label) > 1:
        return False
    if len(label) == 1:
        # Letters with a blank after each: a link spelled out.
        return len(gap) > 4 and gap[-2:-1] in " \t" and gap[-4:-3] in " \t"
    return (gap[-1:] in _DOTS and not label.isdigit()) or gap.endswith(_DOT_WORDS)
