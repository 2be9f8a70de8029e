"""Which region is asked, who signs, and what is booked to."""

from pathlib import Path

from pydantic import Field

from fleet_runtime.config import Secret
from fleet_upstream.oci.access import Access, AuthType
from fleet_upstream.oci.formats import ApiFormat
from fleet_upstream.settings import HttpAddress, UpstreamConfig

VERSION = "20231130"
"""The version of the API that is spoken here."""


class OciConfig(UpstreamConfig):
    """The settings of a provider on Oracle Cloud."""

    base_url: str | Secret | None = None  # type: ignore[assignment]  # regions have addresses
    """Where models are run, with the API's version. The region's own address if unset."""
    control_url: HttpAddress | None = None
    """Where models are listed, with the API's version. The region's own address if unset."""
    api_key: None = None
    """Of no effect: requests are signed."""
    oci_auth_type: AuthType = "instance_principal"
    """Who signs: the machine, the function, or a profile of the config file."""
    oci_region: str = "us-ashburn-1"
    """The region."""
    oci_compartment_id: str = ""
    """The compartment, by its OCID."""
    oci_config_file_path: str = "~/.oci/config"
    """The config file."""
    oci_config_profile: str = "DEFAULT"
    """The profile."""
    api_formats: dict[str, ApiFormat] = Field(default={})
    """In which format models are asked, by patterns of their names or of the OCIDs of endpoints, such as
    `ocid1.generativeaiendpoint.*: COHEREV2`; the first that matches counts. Where none does the name tells:
    `cohere.command-a*` is `COHEREV2`, `cohere.*` is `COHERE`, and all others are `GENERIC`."""
    callers_profiles: list[str] = Field(default=[])
    """Patterns of the profiles that callers may choose, such as `team-*`. None if empty: profiles are this machine's
    credentials, and not the callers'."""
    callers_config_folder: Path | None = None
    """Where callers may name config files. Nowhere if unset."""

    def access(self) -> Access:
        """Return where calls go that do not choose differently."""
        return Access(
            self.oci_auth_type,
            self.oci_region,
            self.oci_compartment_id,
            self.oci_config_file_path,
        )

    def of(self, host: str, url: str | Secret | None, region: str) -> UpstreamConfig:
        """Return the settings of one of Oracle's services: `url`, or else the address of `host` in `region`.

        Source: https://docs.oracle.com/iaas/api/#/en/generative-ai-inference/20231130/
        """
        return UpstreamConfig(
            base_url=url or f"https://{host}.{region}.oci.oraclecloud.com/{VERSION}",
            allowed_models=self.allowed_models,
            network=self.network,
        )
