"""An address as a person would type it: letters of other scripts as letters, not as percent signs and bytes."""

import re
import unicodedata

_encoded = re.compile(r"(?:%[89A-F][0-9A-F])+", re.IGNORECASE)
_SHOWN = ("L", "M", "N", "P", "S")


def readable(url: str) -> str:
    """The address with percent-encoded UTF-8 outside ASCII written out (RFC 3987, 3.2); all else stays as it is."""
    return _encoded.sub(_letters, url) if "%" in url else url


def _letters(encoded: re.Match[str]) -> str:
    try:
        letters = bytes.fromhex(encoded[0].replace("%", "")).decode("utf-8")
    except UnicodeDecodeError:
        return encoded[0]
    # What cannot be seen, or turns the line's direction, is not typed by anyone.
    return letters if all(unicodedata.category(letter)[0] in _SHOWN for letter in letters) else encoded[0]
