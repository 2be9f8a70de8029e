"""Messages of `fleet.safety.v1` from proto to JSON form and back. Written by `make gen`; do not edit."""

from msgspec import Raw

from fleet.safety.v1 import messages as m
from fleet.safety.v1 import safety_pb2
from fleet.safety.v1 import shields_pb2
from fleet_runtime.reading import json_text, nothing_set
from fleet_runtime.encoded import ABSENT


def safety_image_url_from_proto(p: safety_pb2.SafetyImageUrl) -> m.SafetyImageUrl:
    return m.SafetyImageUrl(
        url=p.url,
    )


def safety_image_url_to_proto(s: m.SafetyImageUrl) -> safety_pb2.SafetyImageUrl:
    return safety_pb2.SafetyImageUrl(
        url=s.url,
    )


def safety_uri_from_proto(p: safety_pb2.SafetyUri) -> m.SafetyUri:
    return m.SafetyUri(
        uri=p.uri,
    )


def safety_uri_to_proto(s: m.SafetyUri) -> safety_pb2.SafetyUri:
    return safety_pb2.SafetyUri(
        uri=s.uri,
    )


def safety_image_from_proto(p: safety_pb2.SafetyImage) -> m.SafetyImage:
    return m.SafetyImage(
        url=safety_uri_from_proto(p.url) if p.HasField("url") else None,
        data=p.data if p.HasField("data") else None,
    )


def safety_image_to_proto(s: m.SafetyImage) -> safety_pb2.SafetyImage:
    return safety_pb2.SafetyImage(
        url=None if s.url is None else safety_uri_to_proto(s.url),
        data=s.data,
    )


def safety_part_from_proto(p: safety_pb2.SafetyPart) -> m.SafetyPart:
    return m.SafetyPart(
        type=p.type,
        text=p.text if p.HasField("text") else None,
        refusal=p.refusal if p.HasField("refusal") else None,
        image_url=safety_image_url_from_proto(p.image_url) if p.HasField("image_url") else None,
        image=safety_image_from_proto(p.image) if p.HasField("image") else None,
    )


def safety_part_to_proto(s: m.SafetyPart) -> safety_pb2.SafetyPart:
    return safety_pb2.SafetyPart(
        type=s.type,
        text=s.text,
        refusal=s.refusal,
        image_url=None if s.image_url is None else safety_image_url_to_proto(s.image_url),
        image=None if s.image is None else safety_image_to_proto(s.image),
    )


def safety_parts_from_proto(p: safety_pb2.SafetyParts) -> m.SafetyParts:
    return [safety_part_from_proto(v) for v in p.parts]


def safety_parts_to_proto(s: m.SafetyParts) -> safety_pb2.SafetyParts:
    return safety_pb2.SafetyParts(parts=[safety_part_to_proto(v) for v in s])


def safety_content_from_proto(p: safety_pb2.SafetyContent) -> m.SafetyContent:
    kind = p.WhichOneof("value")
    if kind == "text":
        return p.text
    if kind == "part":
        return safety_part_from_proto(p.part)
    if kind == "parts":
        return safety_parts_from_proto(p.parts)
    raise nothing_set("SafetyContent")


def safety_content_to_proto(s: m.SafetyContent) -> safety_pb2.SafetyContent:
    if isinstance(s, str):
        return safety_pb2.SafetyContent(text=s)
    if isinstance(s, m.SafetyPart):
        return safety_pb2.SafetyContent(part=safety_part_to_proto(s))
    if isinstance(s, list):
        return safety_pb2.SafetyContent(parts=safety_parts_to_proto(s))
    raise TypeError(type(s))


def safety_message_from_proto(p: safety_pb2.SafetyMessage) -> m.SafetyMessage:
    return m.SafetyMessage(
        role=p.role,  # type: ignore[arg-type]
        content=safety_content_from_proto(p.content) if p.HasField("content") else None,
        refusal=p.refusal if p.HasField("refusal") else None,
        tool_calls=json_text(p.tool_calls) if p.HasField("tool_calls") else ABSENT,
        context=safety_content_from_proto(p.context) if p.HasField("context") else None,
        function_call=json_text(p.function_call) if p.HasField("function_call") else ABSENT,
    )


def safety_message_to_proto(s: m.SafetyMessage) -> safety_pb2.SafetyMessage:
    return safety_pb2.SafetyMessage(
        role=s.role,
        content=None if s.content is None else safety_content_to_proto(s.content),
        refusal=s.refusal,
        tool_calls=None if s.tool_calls is ABSENT else bytes(s.tool_calls).decode(),
        context=None if s.context is None else safety_content_to_proto(s.context),
        function_call=None if s.function_call is ABSENT else bytes(s.function_call).decode(),
    )


def run_shield_request_from_proto(p: safety_pb2.RunShieldRequest) -> m.RunShieldRequest:
    return m.RunShieldRequest(
        shield_id=p.shield_id,
        messages=[safety_message_from_proto(v) for v in p.messages],
        params=json_text(p.params) if p.HasField("params") else ABSENT,
    )


def run_shield_request_to_proto(s: m.RunShieldRequest) -> safety_pb2.RunShieldRequest:
    return safety_pb2.RunShieldRequest(
        shield_id=s.shield_id,
        messages=[safety_message_to_proto(v) for v in s.messages],
        params=None if s.params is ABSENT else bytes(s.params).decode(),
    )


def safety_violation_from_proto(p: safety_pb2.SafetyViolation) -> m.SafetyViolation:
    return m.SafetyViolation(
        violation_level=p.violation_level,  # type: ignore[arg-type]
        user_message=p.user_message if p.HasField("user_message") else None,
        metadata=json_text(p.metadata),
    )


def safety_violation_to_proto(s: m.SafetyViolation) -> safety_pb2.SafetyViolation:
    return safety_pb2.SafetyViolation(
        violation_level=s.violation_level,
        user_message=s.user_message,
        metadata=bytes(s.metadata).decode(),
    )


def run_shield_response_from_proto(p: safety_pb2.RunShieldResponse) -> m.RunShieldResponse:
    return m.RunShieldResponse(
        violation=safety_violation_from_proto(p.violation) if p.HasField("violation") else None,
    )


def run_shield_response_to_proto(s: m.RunShieldResponse) -> safety_pb2.RunShieldResponse:
    return safety_pb2.RunShieldResponse(
        violation=None if s.violation is None else safety_violation_to_proto(s.violation),
    )


def moderation_item_from_proto(p: safety_pb2.ModerationItem) -> m.ModerationItem:
    kind = p.WhichOneof("value")
    if kind == "text":
        return p.text
    if kind == "part":
        return safety_part_from_proto(p.part)
    raise nothing_set("ModerationItem")


def moderation_item_to_proto(s: m.ModerationItem) -> safety_pb2.ModerationItem:
    if isinstance(s, str):
        return safety_pb2.ModerationItem(text=s)
    if isinstance(s, m.SafetyPart):
        return safety_pb2.ModerationItem(part=safety_part_to_proto(s))
    raise TypeError(type(s))


def moderation_items_from_proto(p: safety_pb2.ModerationItems) -> m.ModerationItems:
    return [moderation_item_from_proto(v) for v in p.items]


def moderation_items_to_proto(s: m.ModerationItems) -> safety_pb2.ModerationItems:
    return safety_pb2.ModerationItems(items=[moderation_item_to_proto(v) for v in s])


def moderation_input_from_proto(p: safety_pb2.ModerationInput) -> m.ModerationInput:
    kind = p.WhichOneof("value")
    if kind == "text":
        return p.text
    if kind == "items":
        return moderation_items_from_proto(p.items)
    raise nothing_set("ModerationInput")


def moderation_input_to_proto(s: m.ModerationInput) -> safety_pb2.ModerationInput:
    if isinstance(s, str):
        return safety_pb2.ModerationInput(text=s)
    if isinstance(s, list):
        return safety_pb2.ModerationInput(items=moderation_items_to_proto(s))
    raise TypeError(type(s))


def moderation_request_from_proto(p: safety_pb2.ModerationRequest) -> m.ModerationRequest:
    return m.ModerationRequest(
        input=moderation_input_from_proto(p.input),
        model=p.model if p.HasField("model") else None,
    )


def moderation_request_to_proto(s: m.ModerationRequest) -> safety_pb2.ModerationRequest:
    return safety_pb2.ModerationRequest(
        input=moderation_input_to_proto(s.input),
        model=s.model,
    )


def applied_input_types_from_proto(p: safety_pb2.AppliedInputTypes) -> m.AppliedInputTypes:
    return list(p.types)


def applied_input_types_to_proto(s: m.AppliedInputTypes) -> safety_pb2.AppliedInputTypes:
    return safety_pb2.AppliedInputTypes(types=s)


def moderation_result_from_proto(p: safety_pb2.ModerationResult) -> m.ModerationResult:
    return m.ModerationResult(
        flagged=p.flagged,
        categories={k: v for k, v in p.categories.items()},
        category_scores={k: v for k, v in p.category_scores.items()},
        category_applied_input_types={
            k: applied_input_types_from_proto(v) for k, v in p.category_applied_input_types.items()
        },
        user_message=p.user_message if p.HasField("user_message") else None,
        metadata=json_text(p.metadata),
    )


def moderation_result_to_proto(s: m.ModerationResult) -> safety_pb2.ModerationResult:
    return safety_pb2.ModerationResult(
        flagged=s.flagged,
        categories=s.categories,
        category_scores=s.category_scores,
        category_applied_input_types={
            k: applied_input_types_to_proto(v) for k, v in s.category_applied_input_types.items()
        },
        user_message=s.user_message,
        metadata=bytes(s.metadata).decode(),
    )


def moderation_from_proto(p: safety_pb2.Moderation) -> m.Moderation:
    return m.Moderation(
        id=p.id,
        model=p.model,
        results=[moderation_result_from_proto(v) for v in p.results],
    )


def moderation_to_proto(s: m.Moderation) -> safety_pb2.Moderation:
    return safety_pb2.Moderation(
        id=s.id,
        model=s.model,
        results=[moderation_result_to_proto(v) for v in s.results],
    )


def list_shields_request_from_proto(p: shields_pb2.ListShieldsRequest) -> m.ListShieldsRequest:
    del p
    return m.ListShieldsRequest()


def list_shields_request_to_proto(s: m.ListShieldsRequest) -> shields_pb2.ListShieldsRequest:
    del s
    return shields_pb2.ListShieldsRequest()


def shield_from_proto(p: shields_pb2.Shield) -> m.Shield:
    return m.Shield(
        identifier=p.identifier,
        provider_resource_id=p.provider_resource_id if p.HasField("provider_resource_id") else None,
        provider_id=p.provider_id,
        params=json_text(p.params) if p.HasField("params") else Raw(b"null"),
    )


def shield_to_proto(s: m.Shield) -> shields_pb2.Shield:
    return shields_pb2.Shield(
        identifier=s.identifier,
        provider_resource_id=s.provider_resource_id,
        provider_id=s.provider_id,
        type=s.type,
        params=None if s.params is ABSENT else bytes(s.params).decode(),
    )


def shield_list_from_proto(p: shields_pb2.ShieldList) -> m.ShieldList:
    return m.ShieldList(
        data=[shield_from_proto(v) for v in p.data],
    )


def shield_list_to_proto(s: m.ShieldList) -> shields_pb2.ShieldList:
    return shields_pb2.ShieldList(
        data=[shield_to_proto(v) for v in s.data],
    )


def get_shield_request_from_proto(p: shields_pb2.GetShieldRequest) -> m.GetShieldRequest:
    return m.GetShieldRequest(
        identifier=p.identifier,
    )


def get_shield_request_to_proto(s: m.GetShieldRequest) -> shields_pb2.GetShieldRequest:
    return shields_pb2.GetShieldRequest(
        identifier=s.identifier,
    )


def register_shield_request_from_proto(
    p: shields_pb2.RegisterShieldRequest,
) -> m.RegisterShieldRequest:
    return m.RegisterShieldRequest(
        shield_id=p.shield_id,
        provider_shield_id=p.provider_shield_id if p.HasField("provider_shield_id") else None,
        provider_id=p.provider_id if p.HasField("provider_id") else None,
        params=json_text(p.params) if p.HasField("params") else ABSENT,
    )


def register_shield_request_to_proto(
    s: m.RegisterShieldRequest,
) -> shields_pb2.RegisterShieldRequest:
    return shields_pb2.RegisterShieldRequest(
        shield_id=s.shield_id,
        provider_shield_id=s.provider_shield_id,
        provider_id=s.provider_id,
        params=None if s.params is ABSENT else bytes(s.params).decode(),
    )


def unregister_shield_request_from_proto(
    p: shields_pb2.UnregisterShieldRequest,
) -> m.UnregisterShieldRequest:
    return m.UnregisterShieldRequest(
        identifier=p.identifier,
    )


def unregister_shield_request_to_proto(
    s: m.UnregisterShieldRequest,
) -> shields_pb2.UnregisterShieldRequest:
    return shields_pb2.UnregisterShieldRequest(
        identifier=s.identifier,
    )
