"""Being written."""

from crawler.model import Reading
from spiders.calibration import Calibration
from spiders.engines import generic
from spiders.page import FetchedPage
from spiders.recognition import Sign

HINTS: tuple[str, ...] = ()
SIGNS: tuple[Sign, ...] = ()


def read(page: FetchedPage, calibration: Calibration | None = None) -> Reading:
    return generic.read(page, calibration)


def read_document(page: FetchedPage, calibration: Calibration) -> Reading | None:
    return None


def is_index(page: FetchedPage) -> bool:
    return False
