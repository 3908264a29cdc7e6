"""Checking a bundle, offline and by anyone (format.md 12).

Needs the standard library, cryptography and rfc3161-client, so that another agency can run
it alone. Every problem is a Finding and the checking goes on after it. A bundle is taken
for hostile: nothing in it is followed, unpacked without a bound, or believed.
"""

from crawler.bundle.check.run import check

__all__ = ["check"]
