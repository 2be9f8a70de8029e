"""The list of models in the forms of other APIs."""

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleet.inference.v1 import messages as m
from fleet_inference.dialects.model_lists import ModelLists
from fleet_runtime.call import Call
from fleet_runtime.errors import InvalidArgument

ANTHROPIC = [("anthropic-version", "2023-06-01")]
NAMES = [f"m{place:02}" for place in range(25)]


class Models:
    """A registry with 25 models."""

    async def list_models(self, request, call):
        data = [
            m.ModelSummary(id=name, created=1, owned_by="o", custom_metadata=msgspec.Raw(b"{}"))
            for name in NAMES
        ]
        return m.ModelList(data=data)

    get_model = register_model = unregister_model = None


async def listed(headers=(), **fields):
    request = m.ListModelsRequest(**fields)
    answer = await ModelLists(Models()).list_models(request, Call("x", headers))
    return json.loads(msgspec.json.encode(answer))


async def test_openais_list_is_as_it_was():
    """Whoever sends no such header sees nothing of the other forms."""
    found = await listed(limit=1, after_id="m03")

    assert {"object", "data"} == set(found)
    assert NAMES == [model["id"] for model in found["data"]]
    assert {
        "id": "m00",
        "object": "model",
        "created": 1,
        "owned_by": "o",
        "custom_metadata": {},
    } == found["data"][0]


@pytest.mark.parametrize("header", ["x-goog-api-key", "x-goog-user-project", "x-goog-api-client"])
async def test_googles_list(header):
    """Its SDK reads `models`, and names with their kind in front."""
    found = await listed([(header, "x")])

    assert [{"name": f"models/{name}"} for name in NAMES] == found["models"]


async def test_anthropics_list():
    """Twenty a page, each with what Anthropic's SDK has fields for."""
    found = await listed(ANTHROPIC)

    assert (True, "m00", "m19") == (found["has_more"], found["first_id"], found["last_id"])
    assert {
        "id": "m00",
        "type": "model",
        "display_name": "m00",
        "created_at": "1970-01-01T00:00:01Z",
    }.items() <= found["data"][0].items()


@given(st.integers(1, 30))
async def test_anthropics_pages_make_up_the_list(limit):
    """Forwards from the first, and backwards from the last."""
    forwards, after = [], None
    while True:
        page = await listed(ANTHROPIC, limit=limit, after_id=after)
        forwards += [model["id"] for model in page["data"]]
        after = page["last_id"]
        if not page["has_more"]:
            break
    backwards, before = [NAMES[-1]], NAMES[-1]
    while True:
        page = await listed(ANTHROPIC, limit=limit, before_id=before)
        backwards = [model["id"] for model in page["data"]] + backwards
        before = page["first_id"]
        if not page["has_more"]:
            break

    assert NAMES == forwards
    assert NAMES == backwards


@pytest.mark.parametrize("field", ["before_id", "after_id"])
async def test_pages_next_to_nothing_are_refused(field):
    """An empty page would end the caller's loop as if all were told."""
    with pytest.raises(InvalidArgument) as refused:
        await listed(ANTHROPIC, **{field: "nope"})
    assert field == refused.value.param
