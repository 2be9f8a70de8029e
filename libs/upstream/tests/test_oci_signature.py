"""Oracle's signatures, checked with the public key; what Oracle's own signer makes of the same request."""

from datetime import UTC, datetime

import pytest
from oci.signer import Signer

from fleet_testing.native_upstream import RefusedError
from fleet_testing.oci_profiles import FINGERPRINT, KEY, TENANCY, write_profiles
from fleet_testing.oci_signatures import signer
from fleet_testing.openai_upstream import Seen
from fleet_upstream.address import Address
from fleet_upstream.oci.profiles import ProfileError, Profiles
from fleet_upstream.oci.signature import SigningKey, signed

NOW = datetime(2026, 1, 5, 8, 31, tzinfo=UTC)
URL = Address("http", "127.0.0.1", 8080, "/20231130/actions/chat?a=b%2Fc")
SIGNING = SigningKey(f"{TENANCY}/ocid1.user.oc1..ada/{FINGERPRINT}", KEY)


def seen(verb="POST", body=b'{"a": 1}'):
    """Return a signed request as a server sees it."""
    headers = {**signed(verb, URL, body, key=SIGNING, now=NOW), "host": URL.authority}
    if body:
        headers |= {"content-type": "application/json", "content-length": str(len(body))}
    path, _, query = URL.path.partition("?")
    return Seen(verb, path, headers, body, query)


@pytest.mark.parametrize(("verb", "body"), [("POST", b'{"a": 1}'), ("GET", b"")])
def test_a_signature_is_verified_with_the_public_key(verb, body):
    """With the body's digest where there is a body."""
    assert "ada" == signer(seen(verb, body))


def test_what_is_not_as_signed_is_refused():
    """Or our tests of signatures would test nothing."""
    good = seen()
    for changed in (
        Seen(good.method, "/other", good.headers, good.body, good.query),
        Seen(good.method, good.path, good.headers, b"{}", good.query),
        Seen(good.method, good.path, {**good.headers, "host": "other"}, good.body, good.query),
        Seen(good.method, good.path, good.headers, good.body),
    ):
        with pytest.raises(RefusedError):
            signer(changed)


def test_oracles_own_signer_makes_the_same(tmp_path):
    """Byte for byte, as PKCS #1 v1.5 has no randomness."""
    write_profiles(tmp_path, ["ada"])
    theirs = Signer(TENANCY, "ocid1.user.oc1..ada", FINGERPRINT, str(tmp_path / "key.pem"))
    ours, body = seen(), b'{"a": 1}'
    request = _Request(
        "POST", str(URL), {"date": ours.headers["date"], "content-length": "8"}, body
    )
    theirs(request)
    names = (
        "date",
        "(request-target)",
        "host",
        "content-length",
        "content-type",
        "x-content-sha256",
    )

    assert _proof(request.headers["authorization"]) == _proof(ours.headers["authorization"])
    assert f'headers="{" ".join(names)}"' in ours.headers["authorization"]


class _Request:
    """What Oracle's signer takes: a request of its vendored `requests`."""

    def __init__(self, method, url, headers, body):
        self.method, self.url, self.headers, self.body = method, url, headers, body
        self.path_url = url.removeprefix("http://127.0.0.1:8080")


def _proof(authorization):
    return authorization.partition('signature="')[2].partition('"')[0]


def test_profiles_are_found_in_a_config_file(tmp_path):
    """A session's token stands for its user."""
    config = write_profiles(tmp_path, ["DEFAULT", "ada"])
    token = tmp_path / "token"
    token.write_text("abc\n")
    config.write_text(
        f"{config.read_text()}\n[session]\nsecurity_token_file={token}\nkey_file={tmp_path}/key.pem\n"
    )
    profiles = Profiles(str(config))

    assert f"{TENANCY}/ocid1.user.oc1..ada/{FINGERPRINT}" == profiles.key("ada").id
    assert "ST$abc" == profiles.key("session").id
    assert "abc" not in repr(profiles.key("session"))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (None, "no config file"),
        ("[other]\na=b\n", "no such profile"),
        ("[ada]\nuser=a\n", "lacks 'tenancy'"),
        ("[ada]\ntenancy=a\nuser=b\nfingerprint=c\nkey_file=/nonexistent\n", "key cannot be read"),
        ("no section\n", "cannot be read"),
    ],
)
def test_a_profile_that_cannot_be_used_says_why(tmp_path, text, why):
    """Without naming the file."""
    path = tmp_path / "config"
    if text:
        path.write_text(text)
    with pytest.raises(ProfileError, match=why) as caught:
        Profiles(str(path)).key("ada")

    assert str(tmp_path) not in str(caught.value)
