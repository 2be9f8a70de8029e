"""The caller's own bytes reach the model server wherever nothing must change."""

import json

import msgspec

from fleet.inference.v1 import messages as m
from fleet_testing.calls import grpc_call, rest_call
from fleet_upstream.outgoing import outgoing

replace = msgspec.structs.replace


def chat(body: bytes):
    return rest_call(m.ChatCompletionRequest, body)


def test_only_what_the_service_changed_is_written_anew():
    """Order, spacing, big integers and fields that nobody knows must survive a gateway."""
    request, call = chat(
        b'{"zz":{"b":1,  "a":[1.0, 9223372036854775808]},"model":"p/x",'
        b'"messages":[ {"role":"user","content":"\\u20ac","later":{"k":18446744073709551615}} ],"top_p":1.0}'
    )

    assert (
        b'{"zz":{"b":1,  "a":[1.0, 9223372036854775808]},"model":"x",'
        b'"messages":[ {"role":"user","content":"\\u20ac","later":{"k":18446744073709551615}} ],"top_p":1.0}'
        == outgoing(replace(request, model="x"), call)
    )


def test_fields_that_were_taken_away_are_not_sent():
    """The service keeps `store` and `metadata` to itself, say."""
    request, call = chat(b'{"model":"x","store":true,"messages":[{"role":"user"}]}')

    assert b'{"model":"x","messages":[{"role":"user"}]}' == outgoing(
        replace(request, store=None), call
    )


def test_fields_that_were_added_are_sent():
    """Such as the usage that we want to count."""
    request, call = chat(b'{"model":"x","messages":[{"role":"user"}]}')
    sent = outgoing(replace(request, stream_options=m.StreamOptions(include_usage=True)), call)

    assert {"include_usage": True} == json.loads(sent)["stream_options"]


def test_a_grpc_request_is_encoded():
    """There are no bytes of the caller's then."""
    request, call = grpc_call(
        m.ChatCompletionRequest(model="x", messages=[m.ChatMessage(role="user", content="a")])
    )

    assert b'{"model":"x","messages":[{"role":"user","content":"a"}]}' == outgoing(request, call)


def test_extra_fields_of_a_grpc_request_stand_beside_the_others():
    """They reach the server where REST callers would have put them, and never replace what is checked."""
    request, call = grpc_call(
        m.CompletionRequest(
            model="x",
            prompt="a",
            extra={"n": msgspec.Raw(b"500"), "guided_regex": msgspec.Raw(b'"a+"')},
        )
    )

    assert b'{"model":"x","prompt":"a","guided_regex":"a+"}' == outgoing(request, call)


def test_a_request_of_another_kind_than_the_callers_is_encoded():
    """An operation may call a provider with a request of its own making."""
    _, call = chat(b'{"model":"x","messages":[{"role":"user"}]}')

    assert b'{"model":"y","input":"a"}' == outgoing(m.EmbeddingRequest(model="y", input="a"), call)
