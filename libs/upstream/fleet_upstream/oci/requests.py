"""What all requests to Oracle have around them: which model, and what is booked to."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from fleet.inference.v1 import messages as m
from fleet_runtime.call import Call
from fleet_runtime.unknown import unknown_fields
from fleet_upstream.native.conversation import Conversation, conversation
from fleet_upstream.oci.cohere import to_cohere
from fleet_upstream.oci.cohere_v2 import to_cohere_v2
from fleet_upstream.oci.formats import ApiFormat
from fleet_upstream.oci.generic import to_generic

_ENDPOINT = "ocid1.generativeaiendpoint."


_Translate = Callable[
    [m.ChatCompletionRequest, Conversation, Mapping[str, msgspec.Raw]], dict[str, Any]
]
_FORMATS: Mapping[ApiFormat, _Translate] = {
    "GENERIC": to_generic,
    "COHERE": to_cohere,
    "COHEREV2": to_cohere_v2,
}


def to_chat(
    request: m.ChatCompletionRequest, call: Call, compartment: str, api_format: ApiFormat
) -> bytes:
    """Return the body of `POST /actions/chat` that `request` is, in the format that its model speaks.

    Raises:
        InvalidArgument: It asks for what the format has nothing for.
    """
    told, extra = conversation(request.messages), unknown_fields(request, call) or {}
    asked = _FORMATS[api_format](request, told, extra)
    return msgspec.json.encode({**place(request.model, compartment), "chatRequest": asked})


def place(model: str, compartment: str) -> dict[str, Any]:
    """Return which model is asked, shared or on a cluster of one's own, and what is booked to."""
    if model.startswith(_ENDPOINT):
        serving = {"servingType": "DEDICATED", "endpointId": model}
    else:
        serving = {"servingType": "ON_DEMAND", "modelId": model}
    return {"compartmentId": compartment, "servingMode": serving}
