"""What all requests to Oracle have around them: which model, and what is booked to."""

from typing import Any

import msgspec

from fleet.inference.v1 import messages as m
from fleet_runtime.call import Call
from fleet_runtime.unknown import unknown_fields
from fleet_upstream.native.conversation import conversation
from fleet_upstream.oci.cohere import to_cohere
from fleet_upstream.oci.generic import to_generic

_ENDPOINT = "ocid1.generativeaiendpoint."


def to_chat(request: m.ChatCompletionRequest, call: Call, compartment: str) -> bytes:
    """Return the body of `POST /actions/chat` that `request` is; Cohere's models have a format of their own.

    Raises:
        InvalidArgument: It asks for what the format has nothing for.
    """
    translate = to_cohere if request.model.startswith("cohere.") else to_generic
    told, extra = conversation(request.messages), unknown_fields(request, call) or {}
    asked = {**place(request.model, compartment), "chatRequest": translate(request, told, extra)}
    return msgspec.json.encode(asked)


def place(model: str, compartment: str) -> dict[str, Any]:
    """Return which model is asked, shared or on a cluster of one's own, and what is booked to."""
    if model.startswith(_ENDPOINT):
        serving = {"servingType": "DEDICATED", "endpointId": model}
    else:
        serving = {"servingType": "ON_DEMAND", "modelId": model}
    return {"compartmentId": compartment, "servingMode": serving}
