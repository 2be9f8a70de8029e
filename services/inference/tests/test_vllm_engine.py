"""`inline::vllm`, as far as it goes without vLLM; `tests/engines` has the rest."""

from importlib.util import find_spec

import msgspec
import pytest

from fleet.inference.v1 import messages as m
from fleet_inference.providers.vllm_engine import VllmEngine
from fleet_inference.vllm_engine.tools import with_parameters
from fleet_runtime.config import ConfigError


def asked(*functions):
    fields = {
        "model": "m",
        "messages": [{"role": "user", "content": "Hello"}],
        "tools": [{"type": "function", "function": function} for function in functions],
    }
    return msgspec.json.decode(msgspec.json.encode(fields), type=m.ChatCompletionRequest)


def test_a_function_that_tells_no_parameters_has_none():
    """The model could call it with a number otherwise."""
    told = with_parameters(asked({"name": "now"}, {"name": "at", "parameters": {"type": "object"}}))
    now, at = (msgspec.json.decode(tool.function.parameters) for tool in told.tools)

    assert {"type": "object", "properties": {}} == now
    assert {"type": "object"} == at


@pytest.mark.parametrize("functions", [(), ({"name": "at", "parameters": {"type": "object"}},)])
def test_other_requests_stay_what_they_are(functions):
    """What is not changed is sent on byte for byte."""
    request = asked(*functions)

    assert request is with_parameters(request)


@pytest.mark.skipif(find_spec("vllm") is not None, reason="vLLM is installed here")
def test_where_vllm_is_not_installed_it_says_what_to_install(tmp_path):
    """Whoever configures it first learns how to go on."""
    with pytest.raises(ConfigError, match=r"pip install 'llama-fleet\[vllm\]'"):
        VllmEngine(VllmEngine.Config(model=str(tmp_path)))
