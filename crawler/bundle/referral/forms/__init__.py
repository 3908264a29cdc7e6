"""The forms and notices that a recipient's country asks for."""

from crawler.bundle.referral.documents import Document

FORMS: tuple[Document, ...] = ()
"""All of them, in the order in which they are read; each says to whom it belongs."""
