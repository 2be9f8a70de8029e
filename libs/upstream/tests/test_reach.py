"""What callers name by an address is asked only where it is public, or allowed."""

import pytest

from fleet_runtime.errors import InvalidArgument
from fleet_upstream.reach import Reach

ADVICE = "Allow it in the config."


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "localhost", "0.0.0.0", "2130706433", "0x7f.1", "10.1.2.3", "192.168.0.1"),
        *("172.16.0.1", "169.254.169.254", "100.100.100.200", "192.0.0.192", "168.63.129.16"),
        *("224.0.0.1", "255.255.255.255", "198.18.0.1", "::1", "::", "fe80::1", "fd00:ec2::254"),
        *("::ffff:127.0.0.1", "::ffff:7f00:1", "2002:7f00:1::", "64:ff9b::7f00:1", "ff02::1"),
        "fec0::1",
    ],
)
async def test_what_is_not_public_is_not_asked(host):
    """Whatever it is called: our own services, the machine itself, what a cloud tells its machines of their keys."""
    with pytest.raises(InvalidArgument) as caught:
        await Reach([], ADVICE).resolve(host, 80)

    assert "address_not_allowed" == caught.value.code
    assert ADVICE in caught.value.message


@pytest.mark.parametrize("host", ["1.1.1.1", "2606:4700:4700::1111", "::ffff:1.1.1.1"])
async def test_what_is_public_is_asked_at_the_address_that_was_checked(host):
    """Were the name looked up once more to connect, another address could be there by then."""
    assert [(host, 80)] == await Reach([], ADVICE).resolve(host, 80)


@pytest.mark.parametrize(
    ("allowed", "host"),
    [
        ("10.0.0.0/8", "10.1.2.3"),
        ("127.0.0.1", "::ffff:127.0.0.1"),
        ("fd00::/8", "fd00::1"),
        ("localhost", "LOCALHOST"),
    ],
)
async def test_private_networks_and_hosts_can_be_allowed(allowed, host):
    """Companies keep their documents there."""
    assert await Reach([allowed], ADVICE).resolve(host, 80)


@pytest.mark.parametrize("allowed", [".host", "127.0.0.2", "local", "ocalhost", "10.0.0.0/8"])
async def test_what_is_allowed_is_no_more_than_it_says(allowed):
    """A name that looks like another is another."""
    with pytest.raises(InvalidArgument):
        await Reach([allowed], ADVICE).resolve("localhost", 80)
