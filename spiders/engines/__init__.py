"""The site softwares that have a reader of their own, by name; ``generic`` reads by structure alone."""

from types import ModuleType

from spiders.engines import calibre, calibreweb, directory, discuz, generic, maccms, opds, phpbb, wordpress

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
