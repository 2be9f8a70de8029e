"""Which region is asked, and how to be let in."""

import os
from pathlib import Path
from typing import Any, Literal

from pydantic import AliasChoices, Field, PositiveFloat, PositiveInt

from fleet_runtime.config import Secret, reveal
from fleet_upstream.bedrock.credentials import Identity
from fleet_upstream.bedrock.signature import AccessKey
from fleet_upstream.settings import HttpAddress, Network, Timeouts, UpstreamConfig

KEY = "aws_bedrock_bearer_token"
"""What callers call their own token."""


class BedrockConfig(UpstreamConfig):
    """The settings of a provider on Bedrock, by the names that AWS's own tools have for them."""

    base_url: str | Secret | None = None  # type: ignore[assignment]  # regions have addresses
    """Where models are run. The region's own address if unset."""
    control_url: HttpAddress | None = None
    """Where models are listed. The region's own address if unset."""
    agent_url: HttpAddress | None = None
    """Where items are reranked. The region's own address if unset."""
    api_key: Secret | str | None = Field(
        default=None,
        repr=False,
        validation_alias=AliasChoices("api_key", "auth_credential", KEY),
    )
    """A bearer token; that in `AWS_BEARER_TOKEN_BEDROCK` where nothing here says how to be let in."""
    region_name: str | None = "us-east-2"
    """The region."""
    aws_access_key_id: Secret | str | None = Field(default=None, repr=False)
    """The name of the access key to sign with. What AWS's credential chain finds if unset."""
    aws_secret_access_key: Secret | str | None = Field(default=None, repr=False)
    """The access key itself."""
    aws_session_token: Secret | str | None = Field(default=None, repr=False)
    """What proves that a temporary access key is one."""
    aws_role_arn: str | None = None
    """The role to assume."""
    aws_web_identity_token_file: str | None = None
    """The file with the token that proves who assumes the role. The access key does if unset."""
    aws_role_session_name: str | None = None
    """What the role's session is called in AWS's logs."""
    session_ttl: PositiveInt | None = 3600
    """How long a session of the role lasts, in seconds."""
    profile_name: str | None = None
    """The profile of AWS's config files to take settings from."""
    total_max_attempts: PositiveInt | None = None
    """How often AWS's token service is asked. How often models are is for the service's routing to say."""
    retry_mode: Literal["legacy", "standard", "adaptive"] | None = None
    """How the attempts at the token service are spread."""
    connect_timeout: PositiveFloat | None = 60.0
    """The longest wait for a connection, in seconds, unless `network.timeout` says another."""
    read_timeout: PositiveFloat | None = 60.0
    """The longest silence, in seconds, unless `network.timeout` says another."""

    @property
    def region(self) -> str:
        """The region, or else the environment's."""
        return self.region_name or os.environ.get("AWS_DEFAULT_REGION") or "us-east-2"

    def of(self, host: str, url: str | Secret | None) -> UpstreamConfig:
        """Return the settings of one of Bedrock's services: `url`, or else the region's own address of `host`.

        Source: https://docs.aws.amazon.com/general/latest/gr/bedrock.html
        """
        domain = "amazonaws.com.cn" if self.region.startswith("cn-") else "amazonaws.com"
        return UpstreamConfig(
            base_url=url or f"https://{host}.{self.region}.{domain}",
            api_key=self._token(),
            allowed_models=self.allowed_models,
            network=self._network(),
        )

    def identity(self) -> Identity:
        """Return who signs."""
        verify = self.network.tls.verify
        return Identity(
            AccessKey.revealed(
                self.aws_access_key_id, self.aws_secret_access_key, self.aws_session_token
            ),
            self.profile_name or None,
            self.aws_role_arn or None,
            self.aws_web_identity_token_file or os.environ.get("AWS_WEB_IDENTITY_TOKEN_FILE"),
            self.aws_role_session_name or os.environ.get("AWS_ROLE_SESSION_NAME"),
            self.session_ttl,
            self.region,
            self._for_botocore(),
            str(verify) if isinstance(verify, Path) else None,
        )

    def _for_botocore(self) -> dict[str, Any]:
        """Return the way to the token service, which is the way to Bedrock, by botocore's names."""
        timeouts, proxy = self._network().timeouts, self.network.proxy
        retries = {"total_max_attempts": self.total_max_attempts, "mode": self.retry_mode}
        proxies = {"http": proxy.url or proxy.http, "https": proxy.url or proxy.https}
        return {
            "connect_timeout": timeouts.connect,
            "read_timeout": timeouts.read,
            "retries": {name: value for name, value in retries.items() if value is not None},
            "proxies": {scheme: reveal(url) for scheme, url in proxies.items() if url},
        }

    def _token(self) -> Secret | str | None:
        ways = (self.aws_access_key_id, self.aws_role_arn, self.profile_name)
        if self.api_key or any(ways):
            return self.api_key
        return os.environ.get("AWS_BEARER_TOKEN_BEDROCK")

    def _network(self) -> Network:
        """Return the way to the services, with the timeouts that are set here."""
        if "timeout" in self.network.model_fields_set:
            return self.network
        usual = Timeouts()
        timeout = Timeouts(
            connect=self.connect_timeout or usual.connect, read=self.read_timeout or usual.read
        )
        return self.network.model_copy(update={"timeout": timeout})
