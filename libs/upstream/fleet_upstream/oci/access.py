"""Where a call goes, and what it is booked to."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, TypeAlias

from fleet_runtime.call import Call
from fleet_runtime.errors import InvalidArgument

AuthType: TypeAlias = Literal["instance_principal", "resource_principal", "config_file"]
"""Who signs: the machine, the function, or a profile of a config file."""

PROFILE = "oci_config_profile"
"""What callers call the profile that they choose."""

# A region becomes a part of a host's name.
_REGION = re.compile(r"[a-z]+(-[a-z]+)+-\d+")


@dataclass(frozen=True, slots=True)
class Access:
    """Where a call goes, and what it is booked to.

    Attributes:
        auth_type: Who signs where the caller chooses no profile.
        region: The region.
        compartment: The compartment, by its OCID.
        file: The config file.
    """

    auth_type: AuthType
    region: str
    compartment: str
    file: str

    @property
    def way(self) -> tuple[str, str, str]:
        """What connections and signatures depend on."""
        return self.auth_type, self.region, self.file

    def of(self, call: Call, folder: Path | None) -> "Access":
        """Return the access of `call`, for which its provider data may choose differently.

        Args:
            call: The call.
            folder: Where callers may name config files of their own. Nowhere if unset.

        Raises:
            InvalidArgument: The choice is none, or not theirs to make.
        """
        data = call.provider_data()
        chosen = replace(
            self,
            auth_type=self._auth_type(_text(data, "oci_auth_type")),
            region=_region(_text(data, "oci_region")) or self.region,
            compartment=_text(data, "oci_compartment_id") or self.compartment,
            file=self._file(_text(data, "oci_config_file_path"), folder),
        )
        theirs = (chosen.auth_type, chosen.file) != (self.auth_type, self.file)
        if theirs and not _text(data, PROFILE):
            raise _refused(PROFILE, "must say which profile of the config file signs")
        return chosen

    def needed_compartment(self) -> str:
        """Return the compartment. Raises `InvalidArgument` if nobody named one."""
        if not self.compartment:
            raise InvalidArgument(
                "Oracle Cloud needs a compartment and none is configured. Send one as `oci_compartment_id` in the"
                " header `X-LlamaStack-Provider-Data`.",
                code="missing_compartment",
            )
        return self.compartment

    def _auth_type(self, chosen: str | None) -> AuthType:
        """Return who signs. That this machine does is not for callers to choose."""
        if chosen == "config_file":
            return "config_file"
        if chosen in (None, self.auth_type):
            return self.auth_type
        raise _refused("oci_auth_type", "is not for callers to choose")

    def _file(self, chosen: str | None, folder: Path | None) -> str:
        """Return the config file. Only files in `folder` are for callers to name."""
        if chosen in (None, self.file):
            return self.file
        path = Path(str(chosen)).resolve()
        if folder is None or not path.is_relative_to(folder.resolve()):
            raise _refused("oci_config_file_path", "is no file that callers may choose")
        return str(path)


def _region(chosen: str | None) -> str | None:
    if chosen is not None and not _REGION.fullmatch(chosen):
        raise _refused("oci_region", "is no region")
    return chosen


def _text(data: Mapping[str, Any], name: str) -> str | None:
    value = data.get(name)
    if value and not isinstance(value, str):
        raise _refused(name, "must be a text")
    return value or None


def _refused(name: str, why: str) -> InvalidArgument:
    return InvalidArgument(f"`{name}` in the provider data {why}.", code="invalid_provider_data")
