"""Operations of `fleet.safety.v1`. Written by `make gen`; do not edit."""

from typing import Protocol

from fleet.safety.v1 import codec, messages as m
from fleet.safety.v1 import safety_pb2
from fleet.safety.v1 import shields_pb2
from fleet_runtime.operation import NOTHING
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

_GetShieldRequest = MessageType(
    m.GetShieldRequest,
    shields_pb2.GetShieldRequest,
    codec.get_shield_request_to_proto,
    codec.get_shield_request_from_proto,
)
_ListShieldsRequest = MessageType(
    m.ListShieldsRequest,
    shields_pb2.ListShieldsRequest,
    codec.list_shields_request_to_proto,
    codec.list_shields_request_from_proto,
)
_Moderation = MessageType(
    m.Moderation, safety_pb2.Moderation, codec.moderation_to_proto, codec.moderation_from_proto
)
_ModerationRequest = MessageType(
    m.ModerationRequest,
    safety_pb2.ModerationRequest,
    codec.moderation_request_to_proto,
    codec.moderation_request_from_proto,
)
_RegisterShieldRequest = MessageType(
    m.RegisterShieldRequest,
    shields_pb2.RegisterShieldRequest,
    codec.register_shield_request_to_proto,
    codec.register_shield_request_from_proto,
)
_RunShieldRequest = MessageType(
    m.RunShieldRequest,
    safety_pb2.RunShieldRequest,
    codec.run_shield_request_to_proto,
    codec.run_shield_request_from_proto,
)
_RunShieldResponse = MessageType(
    m.RunShieldResponse,
    safety_pb2.RunShieldResponse,
    codec.run_shield_response_to_proto,
    codec.run_shield_response_from_proto,
)
_Shield = MessageType(m.Shield, shields_pb2.Shield, codec.shield_to_proto, codec.shield_from_proto)
_ShieldList = MessageType(
    m.ShieldList, shields_pb2.ShieldList, codec.shield_list_to_proto, codec.shield_list_from_proto
)
_UnregisterShieldRequest = MessageType(
    m.UnregisterShieldRequest,
    shields_pb2.UnregisterShieldRequest,
    codec.unregister_shield_request_to_proto,
    codec.unregister_shield_request_from_proto,
)


class SafetyService(Protocol):
    """Judges what people and models say.

    Methods fail with `NOT_FOUND` (reason `shield_not_found`) if there is no such shield, with `INVALID_ARGUMENT` if the
    shield cannot judge such content, and as its model or server fails. Content that could not be judged is never safe.
    """

    async def run_shield(
        self, request: m.RunShieldRequest, call: Call
    ) -> Answer[m.RunShieldResponse]:
        """Judges the last message of a conversation; those before say what it is about."""
        ...

    async def create_moderation(
        self, request: m.ModerationRequest, call: Call
    ) -> Answer[m.Moderation]:
        """Judges texts one by one, or a text with images."""
        ...


SAFETY_SERVICE = "fleet.safety.v1.SafetyService"
"""The service's full name."""

RUN_SHIELD = Operation(
    rpc="RunShield",
    request=_RunShieldRequest,
    answer=_RunShieldResponse,
    routes=(Route("POST", "/v1/safety/run-shield"),),
    has_body=True,
)
CREATE_MODERATION = Operation(
    rpc="CreateModeration",
    request=_ModerationRequest,
    answer=_Moderation,
    routes=(
        Route("POST", "/v1/moderations"),
        Route("POST", "/v1/openai/v1/moderations"),
    ),
    has_body=True,
)


def bind_safety_service(implementation: SafetyService) -> BoundService:
    """Return `implementation` as a server takes it."""
    return BoundService(
        SAFETY_SERVICE,
        (
            Binding(RUN_SHIELD, implementation.run_shield),
            Binding(CREATE_MODERATION, implementation.create_moderation),
        ),
    )


class SafetyServiceClient:
    """The service somewhere else in the fleet, through its typed face."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    async def run_shield(self, request: m.RunShieldRequest, call: Call) -> m.RunShieldResponse:
        """Judges the last message of a conversation; those before say what it is about."""
        answer: m.RunShieldResponse = await self._channel.unary(
            SAFETY_SERVICE, RUN_SHIELD, request, call
        )
        return answer

    async def create_moderation(self, request: m.ModerationRequest, call: Call) -> m.Moderation:
        """Judges texts one by one, or a text with images."""
        answer: m.Moderation = await self._channel.unary(
            SAFETY_SERVICE, CREATE_MODERATION, request, call
        )
        return answer


class ShieldService(Protocol):
    """The shields: names for what content is judged by, so that callers need not know who judges."""

    async def list_shields(self, request: m.ListShieldsRequest, call: Call) -> Answer[m.ShieldList]:
        """Lists all shields: those of the config, and those registered."""
        ...

    async def get_shield(self, request: m.GetShieldRequest, call: Call) -> Answer[m.Shield]:
        """Gets one shield. Fails with `NOT_FOUND` if there is none of that name."""
        ...

    async def register_shield(
        self, request: m.RegisterShieldRequest, call: Call
    ) -> Answer[m.Shield]:
        """Registers a shield, for all replicas.

        Fails with `ALREADY_EXISTS` if the name stands for another shield, with `INVALID_ARGUMENT` if the provider is unknown
        or has no such shield.
        """
        ...

    async def unregister_shield(self, request: m.UnregisterShieldRequest, call: Call) -> None:
        """Takes a registered shield away. Fails with `NOT_FOUND` if it was not registered."""
        ...


SHIELD_SERVICE = "fleet.safety.v1.ShieldService"
"""The service's full name."""

LIST_SHIELDS = Operation(
    rpc="ListShields",
    request=_ListShieldsRequest,
    answer=_ShieldList,
    routes=(Route("GET", "/v1/shields"),),
    has_body=False,
)
GET_SHIELD = Operation(
    rpc="GetShield",
    request=_GetShieldRequest,
    answer=_Shield,
    routes=(Route("GET", "/v1/shields/{identifier=**}"),),
    has_body=False,
)
REGISTER_SHIELD = Operation(
    rpc="RegisterShield",
    request=_RegisterShieldRequest,
    answer=_Shield,
    routes=(Route("POST", "/v1/shields"),),
    has_body=True,
)
UNREGISTER_SHIELD = Operation(
    rpc="UnregisterShield",
    request=_UnregisterShieldRequest,
    answer=NOTHING,
    routes=(Route("DELETE", "/v1/shields/{identifier=**}"),),
    has_body=False,
)


def bind_shield_service(implementation: ShieldService) -> BoundService:
    """Return `implementation` as a server takes it."""
    return BoundService(
        SHIELD_SERVICE,
        (
            Binding(LIST_SHIELDS, implementation.list_shields),
            Binding(GET_SHIELD, implementation.get_shield),
            Binding(REGISTER_SHIELD, implementation.register_shield),
            Binding(UNREGISTER_SHIELD, implementation.unregister_shield),
        ),
    )


class ShieldServiceClient:
    """The service somewhere else in the fleet, through its typed face."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    async def list_shields(self, request: m.ListShieldsRequest, call: Call) -> m.ShieldList:
        """Lists all shields: those of the config, and those registered."""
        answer: m.ShieldList = await self._channel.unary(
            SHIELD_SERVICE, LIST_SHIELDS, request, call
        )
        return answer

    async def get_shield(self, request: m.GetShieldRequest, call: Call) -> m.Shield:
        """Gets one shield. Fails with `NOT_FOUND` if there is none of that name."""
        answer: m.Shield = await self._channel.unary(SHIELD_SERVICE, GET_SHIELD, request, call)
        return answer

    async def register_shield(self, request: m.RegisterShieldRequest, call: Call) -> m.Shield:
        """Registers a shield, for all replicas."""
        answer: m.Shield = await self._channel.unary(SHIELD_SERVICE, REGISTER_SHIELD, request, call)
        return answer

    async def unregister_shield(self, request: m.UnregisterShieldRequest, call: Call) -> None:
        """Takes a registered shield away. Fails with `NOT_FOUND` if it was not registered."""
        await self._channel.unary(SHIELD_SERVICE, UNREGISTER_SHIELD, request, call)
