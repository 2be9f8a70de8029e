"""Being let in to Bedrock: by a bearer token, or by a signature."""

from collections.abc import Mapping
from datetime import UTC, datetime

from fleet_runtime.errors import InvalidArgument
from fleet_upstream.address import Address
from fleet_upstream.bedrock.credentials import AccessKeys
from fleet_upstream.bedrock.signature import Scope, signed
from fleet_upstream.keys import Key


class AwsAuthorization:
    """Sends the key as a bearer token if there is one, and else signs.

    Format: https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys.html

    Args:
        keys: What to sign with.
        region: Where the service is.
    """

    def __init__(self, keys: AccessKeys, region: str) -> None:
        self._keys = keys
        self._scope = Scope(region, "bedrock")

    async def headers(self, verb: str, url: Address, body: bytes, key: Key) -> Mapping[str, str]:
        """Return the headers that let one request in.

        Raises:
            InvalidArgument: There is neither a token nor a key to sign with.
            UpstreamFailed: The keys cannot be had.
        """
        if key.text:
            return {"authorization": f"Bearer {key.text}"}
        access = await self._keys.current()
        if access is None:
            raise InvalidArgument(
                f"No AWS credentials are configured. Send a token as `{key.name}` in the header"
                " `X-LlamaStack-Provider-Data`.",
                code="missing_api_key",
            )
        now = datetime.now(UTC)
        return signed(verb, url, body, key=access, scope=self._scope, now=now)
