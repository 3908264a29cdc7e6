"""Browser captures of hits: a picture, the text and the DOM of a page that was recorded on the wire.

Chromium makes no connection of its own. The document is shown from the recorded bytes; what it asks
for besides comes through an injected `fetch`, and whatever a picture does not need is refused and listed.
"""

from crawler.engine.browser.capture import Capture, Document, Fetch, Fetched, Limits, Refused, Source
from crawler.engine.browser.run import BrowserCapture

__all__ = ["BrowserCapture", "Capture", "Document", "Fetch", "Fetched", "Limits", "Refused", "Source"]
