"""The REST face in the descriptor that `make gen` has written."""

import pytest
from google.api import annotations_pb2
from google.protobuf.descriptor_pb2 import FileDescriptorSet
from google.protobuf.descriptor_pool import DescriptorPool

from fleet_gateway.contract import rest_face

SERVICE = "fleet.inference.v1.InferenceService"


@pytest.fixture(scope="module")
def pool():
    """The descriptor set, linked: each import and each type is there."""
    found = DescriptorPool()
    for file in FileDescriptorSet.FromString(rest_face()).file:
        found.Add(file)
    return found


def http(method):
    return method.GetOptions().Extensions[annotations_pb2.http]


def test_each_method_with_a_path_has_a_twin(pool):
    """Streaming twins share the path of theirs, and have none of their own."""
    typed = pool.FindServiceByName(SERVICE).methods
    rest = pool.FindServiceByName(f"{SERVICE}Rest").methods

    assert {m.name for m in typed if http(m).WhichOneof("pattern")} == {m.name for m in rest}


def test_twins_take_bytes_and_stream_bytes(pool):
    """One method answers whole or in parts, and JSON is the service's own."""
    for method in pool.FindServiceByName(f"{SERVICE}Rest").methods:
        types = (method.input_type.full_name, method.output_type.full_name)

        assert ("google.api.HttpBody", "google.api.HttpBody") == types
        assert (False, True) == (method.client_streaming, method.server_streaming)


def test_paths_keep_all_bindings_with_wildcards_for_variables(pool):
    """`HttpBody` has no field to put a variable in."""
    service = pool.FindServiceByName("fleet.inference.v1.ModelServiceRest")
    rule = http(service.methods_by_name["GetModel"])

    assert "/v1/models/**" == rule.get
    assert ["/v1/openai/v1/models/**"] == [other.get for other in rule.additional_bindings]


def test_bodies_come_whole(pool):
    """As bytes, where there is one."""
    methods = pool.FindServiceByName(f"{SERVICE}Rest").methods_by_name
    rule = http(methods["CreateChatCompletion"])

    assert ["*", "*"] == [rule.body, rule.additional_bindings[0].body]
    assert "" == http(methods["ListChatCompletions"]).body


def test_error_details_are_in_the_set(pool):
    """Envoy writes no body for errors whose details it does not know."""
    assert pool.FindMessageTypeByName("google.rpc.ErrorInfo")
