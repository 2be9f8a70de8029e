"""Profiles in Oracle Cloud's config files.

Format: https://docs.oracle.com/iaas/Content/API/Concepts/sdkconfig.htm
"""

import configparser
import time
from collections import OrderedDict
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from fleet_upstream.oci.signature import SigningKey

# In seconds: how long a profile is not read again. Tokens of sessions are replaced every hour.
_FRESH = 60.0
# How many profiles are kept.
_MOST = 256


class ProfileError(Exception):
    """A profile cannot be used; the text says why, and names no file."""


class Profiles:
    """The keys of the profiles in one config file."""

    def __init__(self, path: str) -> None:
        self._path = Path(path).expanduser()
        self._read: OrderedDict[str, tuple[float, SigningKey]] = OrderedDict()

    def key(self, profile: str) -> SigningKey:
        """Return the key of `profile`. Reads files, unless it did a minute ago.

        Raises:
            ProfileError: There is no such profile, or what it names cannot be read.
        """
        read, key = self._read.get(profile, (0.0, None))
        if key is None or time.monotonic() - read > _FRESH:
            key = _signing_key(self._path, profile)
            self._read[profile] = (time.monotonic(), key)
        self._read.move_to_end(profile)
        while len(self._read) > _MOST:
            self._read.popitem(last=False)
        return key


def _signing_key(path: Path, profile: str) -> SigningKey:
    parser = configparser.ConfigParser(interpolation=None)
    try:
        found = parser.read(path)
        settings = dict(parser[profile]) if profile in parser else None
    except (configparser.Error, OSError, UnicodeDecodeError) as error:
        raise ProfileError("the config file cannot be read") from error
    if not found:
        raise ProfileError("there is no config file")
    if settings is None:
        raise ProfileError("there is no such profile in the config file")
    try:
        return SigningKey(_id(settings), _private(settings))
    except KeyError as error:
        raise ProfileError(f"the profile lacks {error}") from error
    except (OSError, TypeError, ValueError, UnsupportedAlgorithm) as error:
        raise ProfileError("the profile's key cannot be read") from error


def _id(settings: dict[str, str]) -> str:
    """Return the name of a profile's key: a session's token stands for the user."""
    token = settings.get("security_token_file")
    if token:
        return f"ST${Path(token).expanduser().read_text().strip()}"
    return f"{settings['tenancy']}/{settings['user']}/{settings['fingerprint']}"


def _private(settings: dict[str, str]) -> RSAPrivateKey:
    pem = Path(settings["key_file"]).expanduser().read_bytes()
    phrase = settings.get("pass_phrase")
    key = load_pem_private_key(pem, phrase.encode() if phrase else None)
    if not isinstance(key, RSAPrivateKey):
        raise TypeError("no RSA key")
    return key
