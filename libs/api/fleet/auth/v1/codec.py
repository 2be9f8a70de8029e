"""Messages of `fleet.auth.v1` from proto to JSON form and back. Written by `make gen`; do not edit."""

from fleet.auth.v1 import messages as m
from fleet.auth.v1 import api_keys_pb2


def create_api_key_request_from_proto(p: api_keys_pb2.CreateApiKeyRequest) -> m.CreateApiKeyRequest:
    return m.CreateApiKeyRequest(
        name=p.name,
        principal=p.principal if p.HasField("principal") else None,
        tenant=p.tenant if p.HasField("tenant") else None,
        roles=list(p.roles) or None,
        teams=list(p.teams) or None,
        projects=list(p.projects) or None,
        namespaces=list(p.namespaces) or None,
        expires_at=p.expires_at if p.HasField("expires_at") else None,
    )


def create_api_key_request_to_proto(s: m.CreateApiKeyRequest) -> api_keys_pb2.CreateApiKeyRequest:
    return api_keys_pb2.CreateApiKeyRequest(
        name=s.name,
        principal=s.principal,
        tenant=s.tenant,
        roles=s.roles,
        teams=s.teams,
        projects=s.projects,
        namespaces=s.namespaces,
        expires_at=s.expires_at,
    )


def api_key_from_proto(p: api_keys_pb2.ApiKey) -> m.ApiKey:
    return m.ApiKey(
        id=p.id,
        name=p.name,
        prefix=p.prefix,
        principal=p.principal,
        tenant=p.tenant,
        roles=list(p.roles),
        teams=list(p.teams),
        projects=list(p.projects),
        namespaces=list(p.namespaces),
        created_at=p.created_at,
        expires_at=p.expires_at if p.HasField("expires_at") else None,
    )


def api_key_to_proto(s: m.ApiKey) -> api_keys_pb2.ApiKey:
    return api_keys_pb2.ApiKey(
        id=s.id,
        object=s.object,
        name=s.name,
        prefix=s.prefix,
        principal=s.principal,
        tenant=s.tenant,
        roles=s.roles,
        teams=s.teams,
        projects=s.projects,
        namespaces=s.namespaces,
        created_at=s.created_at,
        expires_at=s.expires_at,
    )


def new_api_key_from_proto(p: api_keys_pb2.NewApiKey) -> m.NewApiKey:
    return m.NewApiKey(
        key=p.key,
        api_key=api_key_from_proto(p.api_key),
    )


def new_api_key_to_proto(s: m.NewApiKey) -> api_keys_pb2.NewApiKey:
    return api_keys_pb2.NewApiKey(
        key=s.key,
        api_key=api_key_to_proto(s.api_key),
    )


def list_api_keys_request_from_proto(p: api_keys_pb2.ListApiKeysRequest) -> m.ListApiKeysRequest:
    return m.ListApiKeysRequest(
        after=p.after if p.HasField("after") else None,
        limit=p.limit if p.HasField("limit") else None,
    )


def list_api_keys_request_to_proto(s: m.ListApiKeysRequest) -> api_keys_pb2.ListApiKeysRequest:
    return api_keys_pb2.ListApiKeysRequest(
        after=s.after,
        limit=s.limit,
    )


def api_key_list_from_proto(p: api_keys_pb2.ApiKeyList) -> m.ApiKeyList:
    return m.ApiKeyList(
        data=[api_key_from_proto(v) for v in p.data],
        has_more=p.has_more,
    )


def api_key_list_to_proto(s: m.ApiKeyList) -> api_keys_pb2.ApiKeyList:
    return api_keys_pb2.ApiKeyList(
        object=s.object,
        data=[api_key_to_proto(v) for v in s.data],
        has_more=s.has_more,
    )


def revoke_api_key_request_from_proto(p: api_keys_pb2.RevokeApiKeyRequest) -> m.RevokeApiKeyRequest:
    return m.RevokeApiKeyRequest(
        id=p.id,
    )


def revoke_api_key_request_to_proto(s: m.RevokeApiKeyRequest) -> api_keys_pb2.RevokeApiKeyRequest:
    return api_keys_pb2.RevokeApiKeyRequest(
        id=s.id,
    )


def api_key_revoked_from_proto(p: api_keys_pb2.ApiKeyRevoked) -> m.ApiKeyRevoked:
    return m.ApiKeyRevoked(
        id=p.id,
        deleted=p.deleted,
    )


def api_key_revoked_to_proto(s: m.ApiKeyRevoked) -> api_keys_pb2.ApiKeyRevoked:
    return api_keys_pb2.ApiKeyRevoked(
        id=s.id,
        object=s.object,
        deleted=s.deleted,
    )
