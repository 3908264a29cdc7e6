"""Site files: one TOML per site, its schema, its selectors and what helps to write one.

The file is called after the site's id; recorded pages of the site and what is to be read on them lie beside it, in a
folder of the same name.
"""

from crawler.sitefile.problem import Problem
from crawler.sitefile.reading import SUFFIX, Bounds, Examined, described, examine

__all__ = ["SUFFIX", "Bounds", "Examined", "Problem", "described", "examine"]
