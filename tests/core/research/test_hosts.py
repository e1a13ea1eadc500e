"""Which addresses are public, and that a host with one private address is refused."""

from __future__ import annotations

import time

import pytest

from core.errors import PageError
from core.research.hosts import PublicHosts, is_public, resolve


@pytest.mark.parametrize(
    "address",
    [
        "93.184.216.34", "8.8.8.8", "2606:4700:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1",
    ],
)  # fmt: skip
def test_addresses_of_the_internet_are_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
        "192.0.0.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::", "::1", "fe80::1", "fe80::1%eth0",
        "fc00::1", "fd00:ec2::254", "ff02::1", "fec0::1", "::ffff:127.0.0.1", "::ffff:169.254.169.254",
        "64:ff9b::7f00:1", "64:ff9b::a00:1", "64:ff9b:1::1", "2002:7f00:1::", "2002:c0a8:101::1", "2001::1", "::7f00:1",
        "2001:db8::1", "", "example.com",
    ],
)  # fmt: skip
def test_addresses_of_private_and_special_networks_are_not(address: str) -> None:
    assert not is_public(address)


def test_one_private_address_among_public_ones_is_enough_to_refuse() -> None:
    hosts = PublicHosts(resolver=lambda host, port: ("93.184.216.34", "10.0.0.7"))
    with pytest.raises(PageError, match=r"mixed\.test was not read: it leads into a private network \(10\.0\.0\.7\)"):
        hosts.addresses("mixed.test", 80, 1.0)


@pytest.mark.parametrize("port", [22, 25, 6379, 5432, 9200])
def test_ports_that_serve_no_pages_are_refused_on_public_hosts_too(port: int) -> None:
    hosts = PublicHosts(resolver=lambda host, port: ("93.184.216.34",))
    assert hosts.addresses("open.test", 443, 1.0) == ("93.184.216.34",)
    with pytest.raises(PageError):
        hosts.addresses("open.test", port, 1.0)


@pytest.mark.parametrize("name", ["2130706433", "0x7f000001", "127.1", "localhost", "0177.0.0.1"])
def test_other_spellings_of_this_machine_are_refused(name: str) -> None:
    with pytest.raises(PageError, match="private network"):
        PublicHosts().addresses(name, 80, 2.0)


def test_trust_is_for_one_port_of_one_address() -> None:
    hosts = PublicHosts(resolver=resolve, trusted={"127.0.0.1:8123"})
    assert hosts.addresses("127.0.0.1", 8123, 1.0) == ("127.0.0.1",)
    with pytest.raises(PageError):
        hosts.addresses("127.0.0.1", 8124, 1.0)


def test_a_resolver_that_hangs_or_fails_is_a_sentence() -> None:
    def hanging(host: str, port: int) -> tuple[str, ...]:
        time.sleep(1.0)
        return ("93.184.216.34",)

    def failing(host: str, port: int) -> tuple[str, ...]:
        raise OSError("Name or service not known")

    with pytest.raises(PageError, match="name was not found in time"):
        PublicHosts(resolver=hanging).addresses("slow.test", 80, 0.05)
    with pytest.raises(PageError, match="no host of that name"):
        PublicHosts(resolver=failing).addresses("gone.test", 80, 1.0)
    with pytest.raises(PageError, match="has no address"):
        PublicHosts(resolver=lambda host, port: ()).addresses("empty.test", 80, 1.0)
