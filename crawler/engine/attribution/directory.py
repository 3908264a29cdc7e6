"""Which registry's service is to be asked for what: the lists of RFC 9224, from a folder or from where the settings say."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from urllib.parse import urljoin

from crawler.attribution import bootstrap
from crawler.attribution.bootstrap import Services
from crawler.attribution.registration import Unreadable
from crawler.errors import ConfigurationError, UsageError
from crawler.hosts import host_port

REMEDY = (
    "set attribution.rdap to the address of the lists, or to a folder with dns.json, ipv4.json, ipv6.json, asn.json"
)


class Directory:
    """The four lists, each read when it is first needed."""

    def __init__(self, source: str, folder: Path, fetch: Callable[[str], Awaitable[bytes | None]]) -> None:
        """`source` is the setting, `folder` the workspace. Raises ConfigurationError for a folder without a list in it."""
        self._is_web = source.startswith(("http://", "https://"))
        self._base = source if source.endswith("/") else f"{source}/"
        self._folder = (folder / source).resolve()
        self._fetch = fetch
        self._lists: dict[str, Services] = {}
        if not self._is_web and not any((self._folder / name).is_file() for name in bootstrap.FILES.values()):
            raise ConfigurationError("no list of registries", str(self._folder), REMEDY)

    @property
    def own_hosts(self) -> frozenset[str]:
        """``host:port`` that the user named: where the lists come from, or the services in lists of the user's own.

        What a list from the web names is a stranger's word, and opens no way to a private address.
        """
        if self._is_web:
            return frozenset({host_port(self._base)})
        urls = {url for name in bootstrap.FILES for _, urls in self._own(name) for url in urls}
        return frozenset(found for url in urls if (found := _host_port(url)))

    async def service(self, kind: str, subject: str) -> str | None:
        """Where to ask about a ``domain``, an ``ip`` or an ``autnum``; None where no registry is known.

        Raises what fetching raises.
        """
        if kind == "domain":
            return bootstrap.for_domain(await self._list("domain"), subject)
        if kind == "autnum":
            return bootstrap.for_system(await self._list("autnum"), int(subject))
        return bootstrap.for_address(await self._list("ip6" if ":" in subject else "ip4"), subject)

    async def _list(self, name: str) -> Services:
        if name not in self._lists:
            if self._is_web:
                data = await self._fetch(urljoin(self._base, bootstrap.FILES[name]))
                if data is None:
                    # It may be there for the next thing that is asked about.
                    return []
                self._lists[name] = bootstrap.services(data)
            else:
                self._lists[name] = self._own(name)
        return self._lists[name]

    def _own(self, name: str) -> Services:
        path = self._folder / bootstrap.FILES[name]
        if not path.is_file():
            return []
        try:
            return bootstrap.services(path.read_bytes())
        except (OSError, Unreadable) as error:
            raise ConfigurationError(f"not a list of registries ({error})", str(path), REMEDY) from None


def _host_port(url: str) -> str | None:
    try:
        return host_port(url)
    except UsageError:
        return None
