"""JSON as others write it, read so that whatever it tells can be stored and matched."""

import json
import re
from typing import Any

_HALF = re.compile(r"\\u[dD][89a-fA-F]|[\ud800-\udfff]")


def data_of(text: str) -> Any:
    """What a JSON text tells; half a surrogate pair, which no file or database can hold, becomes U+FFFD. Raises ValueError."""
    data = json.loads(text)
    if _HALF.search(text) is None:
        return data
    return json.loads(
        json.dumps(data, ensure_ascii=False).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    )
