"""The site softwares that have a reader of their own, by name; ``generic`` reads by structure alone."""

from collections.abc import Mapping
from types import ModuleType

from spiders.engines import calibre, calibreweb, directory, discuz, generic, maccms, opds, phpbb, wordpress
from spiders.recognition import Basis

ENGINES: dict[str, ModuleType] = {
    "phpbb": phpbb,
    "discuz": discuz,
    "wordpress": wordpress,
    "maccms": maccms,
    "directory": directory,
    "calibre": calibre,
    "calibreweb": calibreweb,
    "opds": opds,
    "generic": generic,
}
ENGINE_NAMES = tuple(ENGINES)
BASES: Mapping[str, Basis] = {name: engine.BASIS for name, engine in ENGINES.items()}
"""What each of them was written after."""
