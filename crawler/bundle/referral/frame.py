"""The documents that every package has, whatever its recipient; the forms of a country come beside them."""

from functools import partial

from crawler.bundle.referral import (
    attribution_sheet,
    cover,
    exhibits_list,
    facts_sheet,
    preservation,
    receipt,
    thresholds_sheet,
    translation_status,
)
from crawler.bundle.referral.attribution_sheet import Draw
from crawler.bundle.referral.documents import Document


def documents(draw: Draw | None = None) -> tuple[Document, ...]:
    """The frame's documents in the order in which they are read; `draw` makes the pictures of the timelines."""
    covers = tuple(partial(cover.sheet, room=room) for room in cover.TIGHTER)
    return (
        Document("cover", covers[0], is_dated=True, tighter=covers[1:]),
        Document("facts", facts_sheet.sheet),
        Document("exhibits", exhibits_list.sheet, writers={"csv": exhibits_list.as_csv}),
        Document("thresholds", thresholds_sheet.sheet),
        Document("attribution", partial(attribution_sheet.sheet, draw=draw)),
        Document("translation-status", translation_status.sheet),
        Document("preservation-request", preservation.sheet, purpose="preservation"),
        Document("custody-receipt", receipt.sheet, is_dated=True),
    )
