"""Operations of `fleet.auth.v1`. Written by `make gen`; do not edit."""

from typing import Protocol

from fleet.auth.v1 import codec, messages as m
from fleet.auth.v1 import api_keys_pb2
from fleet_runtime.call import Call
from fleet_runtime.clients import Channel
from fleet_runtime.operation import (
    Answer,
    Binding,
    BoundService,
    MessageType,
    Operation,
    Route,
    Stream,
)

_ApiKeyList = MessageType(
    m.ApiKeyList,
    api_keys_pb2.ApiKeyList,
    codec.api_key_list_to_proto,
    codec.api_key_list_from_proto,
)
_ApiKeyRevoked = MessageType(
    m.ApiKeyRevoked,
    api_keys_pb2.ApiKeyRevoked,
    codec.api_key_revoked_to_proto,
    codec.api_key_revoked_from_proto,
)
_CreateApiKeyRequest = MessageType(
    m.CreateApiKeyRequest,
    api_keys_pb2.CreateApiKeyRequest,
    codec.create_api_key_request_to_proto,
    codec.create_api_key_request_from_proto,
)
_ListApiKeysRequest = MessageType(
    m.ListApiKeysRequest,
    api_keys_pb2.ListApiKeysRequest,
    codec.list_api_keys_request_to_proto,
    codec.list_api_keys_request_from_proto,
)
_NewApiKey = MessageType(
    m.NewApiKey, api_keys_pb2.NewApiKey, codec.new_api_key_to_proto, codec.new_api_key_from_proto
)
_RevokeApiKeyRequest = MessageType(
    m.RevokeApiKeyRequest,
    api_keys_pb2.RevokeApiKeyRequest,
    codec.revoke_api_key_request_to_proto,
    codec.revoke_api_key_request_from_proto,
)


class ApiKeyService(Protocol):
    """The keys by which callers are let in, for admins to make, list and revoke.

    Every method fails with `PERMISSION_DENIED` (reason `admin_only`) for callers without the role `admin`. An admin of a
    tenant sees and makes that tenant's keys; the admin who has the key of the config, all.
    """

    async def create_api_key(
        self, request: m.CreateApiKeyRequest, call: Call
    ) -> Answer[m.NewApiKey]:
        """Makes a key. Only this answer tells the key itself; what is kept of it is a hash.

        Fails with `INVALID_ARGUMENT` if it would be of another tenant than the admin's, of none where callers need one, or
        expired.
        """
        ...

    async def list_api_keys(
        self, request: m.ListApiKeysRequest, call: Call
    ) -> Answer[m.ApiKeyList]:
        """Lists keys, newest first, those that have expired too. Fails with `INVALID_ARGUMENT` if `after` names none."""
        ...

    async def revoke_api_key(
        self, request: m.RevokeApiKeyRequest, call: Call
    ) -> Answer[m.ApiKeyRevoked]:
        """Revokes a key: within a second nobody is let in by it. Fails with `NOT_FOUND` (reason `api_key_not_found`) if there
        is none.
        """
        ...


API_KEY_SERVICE = "fleet.auth.v1.ApiKeyService"
"""The service's full name."""

CREATE_API_KEY = Operation(
    rpc="CreateApiKey",
    request=_CreateApiKeyRequest,
    answer=_NewApiKey,
    routes=(Route("POST", "/v1alpha/admin/api-keys"),),
    has_body=True,
)
LIST_API_KEYS = Operation(
    rpc="ListApiKeys",
    request=_ListApiKeysRequest,
    answer=_ApiKeyList,
    routes=(Route("GET", "/v1alpha/admin/api-keys"),),
    has_body=False,
)
REVOKE_API_KEY = Operation(
    rpc="RevokeApiKey",
    request=_RevokeApiKeyRequest,
    answer=_ApiKeyRevoked,
    routes=(Route("DELETE", "/v1alpha/admin/api-keys/{id}"),),
    has_body=False,
)


def bind_api_key_service(implementation: ApiKeyService) -> BoundService:
    """Return `implementation` as a server takes it."""
    return BoundService(
        API_KEY_SERVICE,
        (
            Binding(CREATE_API_KEY, implementation.create_api_key),
            Binding(LIST_API_KEYS, implementation.list_api_keys),
            Binding(REVOKE_API_KEY, implementation.revoke_api_key),
        ),
    )


class ApiKeyServiceClient:
    """The service somewhere else in the fleet, through its typed face."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    async def create_api_key(self, request: m.CreateApiKeyRequest, call: Call) -> m.NewApiKey:
        """Makes a key. Only this answer tells the key itself; what is kept of it is a hash."""
        answer: m.NewApiKey = await self._channel.unary(
            API_KEY_SERVICE, CREATE_API_KEY, request, call
        )
        return answer

    async def list_api_keys(self, request: m.ListApiKeysRequest, call: Call) -> m.ApiKeyList:
        """Lists keys, newest first, those that have expired too. Fails with `INVALID_ARGUMENT` if `after` names none."""
        answer: m.ApiKeyList = await self._channel.unary(
            API_KEY_SERVICE, LIST_API_KEYS, request, call
        )
        return answer

    async def revoke_api_key(self, request: m.RevokeApiKeyRequest, call: Call) -> m.ApiKeyRevoked:
        """Revokes a key: within a second nobody is let in by it. Fails with `NOT_FOUND` (reason `api_key_not_found`) if there"""
        answer: m.ApiKeyRevoked = await self._channel.unary(
            API_KEY_SERVICE, REVOKE_API_KEY, request, call
        )
        return answer
