"""What is known of a call."""

import time

import pytest

from fleet.inference.v1 import messages as m
from fleet_runtime.call import Call

TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.mark.parametrize("name", ["x-llamastack-provider-data", "x-ogx-provider-data"])
def test_provider_data_is_read_from_either_header(name):
    """OGX renamed it; callers of both are served."""
    assert {"openai_api_key": "k"} == Call("/m", [(name, '{"openai_api_key":"k"}')]).provider_data()


@pytest.mark.parametrize("text", ["", "{", "[]", "1", '"x"', "[" * 100_000])
def test_broken_provider_data_is_as_good_as_none(text):
    """The call may not need it at all."""
    assert {} == Call("/m", [("x-llamastack-provider-data", text)]).provider_data()


def test_provider_data_is_each_calls_own():
    """Keys never cross from one caller to another."""
    Call("/m", [("x-llamastack-provider-data", '{"k":"v"}')]).provider_data()

    assert {} == Call("/m").provider_data()


def test_header_may_be_bytes():
    """GRPC gives `-bin` metadata as bytes."""
    call = Call("/m", [("x-bin", b"\xffa"), ("x", "1"), ("x", "2")])

    assert "\ufffda" == call.header("x-bin")
    assert "1" == call.header("x")
    assert call.header("y") is None


def test_trace_goes_on_without_a_span_of_our_own():
    """A service that makes no spans does not cut the trace in two."""
    call = Call("/m", [("traceparent", TRACE), ("x-request-id", "r"), ("authorization", "secret")])

    assert [("traceparent", TRACE), ("x-request-id", "r")] == call.trace()


def test_other_services_get_the_trace_and_the_callers_keys():
    """And nothing else of what the caller sent."""
    data = ("x-llamastack-provider-data", '{"k":"v"}')
    call = Call("/m", [("authorization", "secret"), ("traceparent", TRACE), data])

    assert [("traceparent", TRACE), data] == call.forwarded()


def test_model_servers_never_get_the_callers_keys_with_the_trace():
    """They belong to other providers."""
    call = Call("/m", [("x-llamastack-provider-data", '{"k":"v"}')])

    assert [] == call.trace()


def test_time_left_is_never_negative():
    """A deadline that has passed leaves none."""
    assert 0.0 == Call("/m", deadline=0.0).seconds_left()
    assert Call("/m").seconds_left() is None


def test_bounded_call_ends_no_later_than_it_did_before():
    """A service's own limit shortens what the caller allows, and never lengthens it."""
    soon, late = time.monotonic() + 5.0, time.monotonic() + 50.0

    for call, bound in ((Call("x", deadline=soon), 10.0), (Call("x", deadline=late), 5.0)):
        assert call.within(bound).seconds_left() == pytest.approx(5.0, abs=4.0)
    assert Call("x").within(5.0).seconds_left() == pytest.approx(5.0, abs=4.0)


def test_what_is_noted_of_a_bounded_call_is_noted_of_the_call():
    """There is one log line for both."""
    call = Call("x", [("traceparent", "t")])
    bounded = call.within(5.0)
    bounded.notes["model"] = "m"

    assert {"model": "m"} == call.notes
    assert call.trace() == bounded.trace()


def test_call_that_is_retold_is_still_the_same_call():
    """Whoever translates a request notes its cost in the one log line; the body in the old dialect misleads nobody."""
    call = Call("x", [("traceparent", "t")], deadline=5.0)
    call.body = b"in another dialect"
    request = m.RerankRequest(model="m", query="q", items=["i"])
    told = call.retold(request)
    told.notes["model"] = "m"

    assert (None, request) == (told.body, told.received)
    assert {"model": "m"} == call.notes
    assert call.trace() == told.trace()
    assert call.seconds_left() is not None
