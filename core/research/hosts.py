"""Which hosts may be read: public ones only, decided by the address that a connection is then made to.

A name is resolved here, every address that it has is checked, and the caller connects to one of these addresses and to
nothing else. So neither a redirect nor a name whose address changes between the check and the connection (DNS
rebinding) leads into the operator's own network.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Collection, Sequence
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from core.errors import PageError
from core.research.deadline import within

Resolver = Callable[[str, int], Sequence[str]]
"""The addresses of a host as text, in the order to try them; raises `OSError` where it has none."""

_GLOBAL_UNICAST = IPv6Network("2000::/3")
_NAT64 = IPv6Network("64:ff9b::/96")
# What pages are served on. Others are mail, databases and administration, which a link in a page has no business with.
_PORTS = frozenset({80, 443, 8000, 8080, 8443})


def is_public(address: str) -> bool:
    """True for an address of the public internet; an IPv6 address that wraps an IPv4 one is as public as that one."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    if isinstance(found, IPv6Address):
        wrapped = _wrapped(found)
        if wrapped is not None:
            return is_public(str(wrapped))
        if found not in _GLOBAL_UNICAST:
            return False
    return found.is_global and not found.is_multicast


def _wrapped(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that a mapped, 6to4 or NAT64 address (RFC 4291, 3056, 6052) leads to."""
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address.sixtofour


def resolve(host: str, port: int) -> tuple[str, ...]:
    """The addresses of `host` by the system's resolver, each once."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(entry[4][0]) for entry in found))


class PublicHosts:
    """Says which addresses may be connected to.

    `trusted` are "ADDRESS:PORT" that pass although they are not public. It is empty in the app; tests put their own
    server there.
    """

    def __init__(self, *, resolver: Resolver = resolve, trusted: Collection[str] = ()) -> None:
        self._resolver = resolver
        self._trusted = frozenset(trusted)

    def addresses(self, host: str, port: int, seconds: float) -> tuple[str, ...]:
        """The addresses of `host` to try in turn; raises `PageError` where one of them is not public.

        One private address among public ones is enough to refuse: no honest host has such a mixture.
        """
        try:
            found = tuple(within(seconds, lambda: self._resolver(host, port)))
        except TimeoutError as error:
            raise PageError(f"{host} was not read: its name was not found in time. Read another page.") from error
        except (OSError, UnicodeError) as error:
            raise PageError(f"{host} was not read: there is no host of that name. Check the address.") from error
        for address in found:
            if not self._passes(address, port):
                raise PageError(
                    f"{host} was not read: it leads into a private network ({address}). Only public pages are read; "
                    "add a document of your own to the trend library instead."
                )
        if not found:
            raise PageError(f"{host} was not read: its name has no address. Check the address.")
        return found

    def _passes(self, address: str, port: int) -> bool:
        return f"{address}:{port}" in self._trusted or (port in _PORTS and is_public(address))
