"""What REST callers get besides the answer itself: lists, pages, deletions."""

import pytest

from fleet.agents.v1 import messages as m
from fleet_runtime.call import Call

pytestmark = pytest.mark.parametrize("url", ["sqlite"], indirect=True)


async def test_responses_are_listed_newest_first_in_pages(agents):
    """Each with what it was asked; `after` is the last of the page before."""
    made = [await agents.asked(str(number), model=f"m{number % 2}") for number in range(5)]
    first, second, third = (one["id"] for one in reversed(made[2:]))

    page = (await agents.rest("ListResponses", "/v1/responses?limit=2")).json
    rest = (await agents.rest("ListResponses", f"/v1/responses?limit=2&after={second}")).json

    assert ([first, second], True) == ([one["id"] for one in page["data"]], page["has_more"])
    assert (first, second, "list") == (page["first_id"], page["last_id"], page["object"])
    assert third == rest["data"][0]["id"]
    assert "4" == page["data"][0]["input"][0]["content"][0]["text"]


async def test_responses_of_a_model_are_listed_oldest_first_if_wanted(agents):
    """As the console does it."""
    made = [await agents.asked(str(number), model=f"m{number % 2}") for number in range(4)]

    page = (await agents.rest("ListResponses", "/v1/responses?model=m1&order=asc")).json

    assert [made[1]["id"], made[3]["id"]] == [one["id"] for one in page["data"]]


async def test_input_items_are_paged(agents):
    """Newest first unless the caller says otherwise."""
    asked = [{"role": "user", "content": text} for text in "abcd"]
    made = await agents.asked(asked)
    path = f"/v1/responses/{made['id']}/input_items"

    async def page(query):
        answer = (await agents.rest("ListInputItems", f"{path}?{query}")).json
        texts = "".join(item["content"][0]["text"] for item in answer["data"])
        return texts, answer["has_more"], answer["last_id"]

    assert ("dcba", False) == (await page(""))[:2]
    texts, more, last = await page("limit=2&order=asc")
    assert ("ab", True) == (texts, more)
    assert ("cd", False) == (await page(f"order=asc&after={last}"))[:2]
    assert ("a", False) == (await page(f"order=asc&before={last}"))[:2]


async def test_a_kept_response_is_what_its_caller_got(agents, neighbours):
    """With what is included, if that is asked for again."""
    neighbours.model.say("Hello there.", logprobs=True)
    made = await agents.asked(metadata={"k": "v"}, include=["message.output_text.logprobs"])
    path = f"/v1/responses/{made['id']}"

    kept = (await agents.rest("GetResponse", f"{path}?include=message.output_text.logprobs")).json
    bare = (await agents.rest("GetResponse", path)).json

    assert made == kept
    assert [] == bare["output"][0]["content"][0]["logprobs"]


async def test_a_deleted_response_is_gone(agents):
    """Deleting twice is an error, as nothing is there."""
    made = await agents.asked()
    path = f"/v1/responses/{made['id']}"

    deleted = (await agents.rest("DeleteResponse", path)).json
    again = (await agents.rest("DeleteResponse", path)).error
    gone = (await agents.rest("GetResponse", path)).error

    assert {"id": made["id"], "object": "response", "deleted": True} == deleted
    assert ("response_not_found", "response_not_found") == (again["code"], gone["code"])


async def test_secrets_of_a_request_are_neither_shown_nor_kept(agents, neighbours):
    """A token for a server must not be read by whoever may read the response."""
    neighbours.tools.serve("http://files/mcp", "read")
    secret = {"headers": {"x-key": "s3cret"}, "authorization": "s3cret"}
    tool = {"type": "mcp", "server_label": "files", "server_url": "http://files/mcp", **secret}

    made = await agents.rest(
        "CreateResponse", "/v1/responses", {"model": "chat", "input": "Hi", "tools": [tool]}
    )
    kept = await agents.rest("GetResponse", f"/v1/responses/{made.json['id']}")

    assert b"s3cret" not in made.data + kept.data
    [listing] = [
        told for told in (await agents.get(made.json["id"])).output if told.type == "mcp_list_tools"
    ]
    assert "read" == listing.tools[0].name


async def test_a_response_in_the_foreground_cannot_be_cancelled(agents):
    """To end the call is enough."""
    made = await agents.ask()

    error = (await agents.rest("CancelResponse", f"/v1/responses/{made.id}/cancel", {})).error

    assert "not_in_background" == error["code"]
    assert (
        "completed"
        == (
            await agents.responses.get_response(
                m.GetResponseRequest(response_id=made.id), Call("/m")
            )
        ).status
    )
