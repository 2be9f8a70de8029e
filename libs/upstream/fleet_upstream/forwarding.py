"""What of a caller's provider data is sent on as headers."""

from pydantic import Field, model_validator

from fleet_runtime.call import Call
from fleet_runtime.errors import InvalidArgument
from fleet_upstream.settings import UpstreamConfig

BLOCKED = frozenset(
    {
        "connection",
        "content-length",
        "content-type",
        "cookie",
        "forwarded",
        "host",
        "proxy-authorization",
        "set-cookie",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "x-forwarded-for",
        "x-forwarded-host",
        "x-forwarded-prefix",
        "x-forwarded-proto",
        "x-real-ip",
    }
)
"""Headers that no caller may set: they frame the request, or say who sent it."""


class ForwardingConfig(UpstreamConfig):
    """The settings of a provider that passes parts of the provider data on."""

    forward_headers: dict[str, str] = Field(default={})
    """Which keys of the provider data are sent on, and as which header: `{"maas_token": "Authorization"}`.

    No others are. Unless `api_key` is set, every caller must send them all.
    """
    extra_blocked_headers: list[str] = Field(default=[])
    """Headers that `forward_headers` may not name, besides those that it never may."""

    @model_validator(mode="after")
    def _harmless(self) -> "ForwardingConfig":
        blocked = BLOCKED | {header.lower() for header in self.extra_blocked_headers}
        for key, header in self.forward_headers.items():
            if key.startswith("__"):
                raise ValueError(f"forward_headers: '{key}' begins with '__', as our own do")
            if header.lower() in blocked:
                raise ValueError(f"forward_headers: '{header}' may not be set by callers")
        return self

    def check_forwarded(self, call: Call) -> None:
        """Raise `InvalidArgument` if the caller left out what takes the place of our key."""
        if self.api_key:
            return
        sent = call.provider_data()
        missing = [key for key in self.forward_headers if not sent.get(key)]
        if missing:
            raise InvalidArgument(
                f"Send {', '.join(missing)} in the header x-llamastack-provider-data.",
                code="invalid_provider_data",
            )
