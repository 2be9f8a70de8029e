"""A config file of Oracle Cloud's, for tests.

Format: https://docs.oracle.com/iaas/Content/API/Concepts/sdkconfig.htm
"""

import tempfile
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

KEY = generate_private_key(public_exponent=65537, key_size=2048)
"""The key of every profile."""
PEM = KEY.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
"""The same, as a file has it."""
TENANCY = "ocid1.tenancy.oc1..aaaa"
FINGERPRINT = "20:3b:97:13:55:1c:5b:0d:d3:37:d8:50:4e:c5:3a:34"
_USER = "ocid1.user.oc1.."


def write_profiles(folder: Path, names: Iterable[str]) -> Path:
    """Write a config file with the profiles `names` into `folder`, and return where it is."""
    pem = folder / "key.pem"
    pem.write_bytes(PEM)
    sections = [
        f"[{name}]\ntenancy={TENANCY}\nuser={_USER}{name}\nfingerprint={FINGERPRINT}\nregion=us-ashburn-1\n"
        f"key_file={pem}\n"
        for name in names
    ]
    config = folder / "config"
    config.write_text("\n".join(sections))
    return config


def user_of(key_id: str) -> str:
    """Return the profile whose key is called `key_id`; a session's token stands for itself."""
    if key_id.startswith("ST$"):
        return key_id
    tenancy, user, fingerprint = key_id.split("/")
    if (tenancy, fingerprint) != (TENANCY, FINGERPRINT):
        raise ValueError(key_id)
    return user.removeprefix(_USER)


@cache
def shared_profiles() -> str:
    """Return the path of a config file with the profiles of all keys that the contract's tests have."""
    folder = Path(tempfile.mkdtemp(prefix="oci-profiles-"))
    names = ["sk-ours", "sk-good", "sk-bad", *(f"sk-{number}" for number in range(60))]
    return str(write_profiles(folder, names))
