"""The site softwares that have a reader of their own, by name; ``generic`` reads by structure alone."""

from types import ModuleType

from spiders.engines import calibre, directory, discuz, generic, maccms, opds, phpbb, wordpress

ENGINES: dict[str, ModuleType] = {
    "phpbb": phpbb,
    "discuz": discuz,
    "wordpress": wordpress,
    "maccms": maccms,
    "directory": directory,
    "calibre": calibre,
    "opds": opds,
    "generic": generic,
}
ENGINE_NAMES = tuple(ENGINES)
