"""Items as REST callers write them, and as they are answered."""

import re

import pytest

# What items look like does not depend on where they are kept.
pytestmark = [pytest.mark.slow, pytest.mark.parametrize("url", ["sqlite"], indirect=True)]

IMAGE = "data:image/png;base64,iVBORw0KGgo="
CALL = {"call_id": "call_1", "name": "f"}
MCP = {"server_label": "deepwiki", "name": "ask", "arguments": "{}"}
FOUND = {"file_id": "file-1", "filename": "a.txt", "score": 0.5, "text": "it rained"}


@pytest.mark.parametrize("role", ["user", "system", "developer"])
async def test_a_text_becomes_a_part(kept, role):
    """OpenAI answers messages with parts, however they came, and clients index into them."""
    item = await kept({"role": role, "content": "hello"})
    name = item.pop("id")

    assert re.fullmatch("msg_[0-9a-f]{48}", name)
    assert {
        "type": "message",
        "status": "completed",
        "role": role,
        "content": [{"type": "input_text", "text": "hello"}],
    } == item


async def test_an_assistants_text_is_an_output(kept):
    """Clients read its annotations without asking whether it has any."""
    item = await kept({"type": "message", "role": "assistant", "content": "hello"})
    part = {"type": "output_text", "text": "hello", "annotations": [], "logprobs": []}

    assert [part] == item["content"]
    assert [part] == (await kept({"role": "assistant", "content": [part]}))["content"]


async def test_images_and_files_stay_whole(kept):
    """A conversation is shown again with all that was sent."""
    parts = [
        {"type": "input_text", "text": "what is this?"},
        {"type": "input_image", "image_url": IMAGE},
        {"type": "input_file", "filename": "a.txt", "file_data": "aGVsbG8="},
    ]
    item = await kept({"role": "user", "content": parts})

    assert [parts[0], parts[1] | {"detail": "auto"}, parts[2]] == item["content"]


@pytest.mark.parametrize(
    ("prefix", "sent", "added"),
    [
        ("fc", {"type": "function_call", **CALL, "arguments": "{}"}, {"status": "completed"}),
        (
            "fco",
            {"type": "function_call_output", "call_id": "call_1", "output": "42"},
            {"status": "completed"},
        ),
        ("ctc", {"type": "custom_tool_call", **CALL, "input": "x"}, {"status": "completed"}),
        (
            "ctco",
            {"type": "custom_tool_call_output", "call_id": "call_1", "output": "42"},
            {"status": "completed"},
        ),
        ("rs", {"type": "reasoning"}, {"summary": []}),
        ("fs", {"type": "file_search_call", "queries": ["rain"]}, {"status": "completed"}),
        (
            "ws",
            {"type": "web_search_call", "action": {"type": "search", "query": "rain"}},
            {"status": "completed"},
        ),
        (
            "ci",
            {"type": "code_interpreter_call", "container_id": "c", "code": "1", "status": "failed"},
            {},
        ),
        ("mcpl", {"type": "mcp_list_tools", "server_label": "deepwiki"}, {"tools": []}),
        ("mcp", {"type": "mcp_call", **MCP, "output": "42"}, {}),
        ("mcpr", {"type": "mcp_approval_request", **MCP}, {}),
        (
            "mcpa",
            {"type": "mcp_approval_response", "approval_request_id": "mcpr_1", "approve": False},
            {},
        ),
        ("cmp", {"type": "compaction", "encrypted_content": "sealed"}, {}),
    ],
)
async def test_each_type_comes_back_with_an_id_of_its_kind(kept, prefix, sent, added):
    """And with what clients expect of every item of its type."""
    item = await kept(sent)
    name = item.pop("id")

    assert re.fullmatch(f"{prefix}_[0-9a-f]{{48}}", name)
    assert sent | added == item


@pytest.mark.parametrize(
    ("item", "param"),
    [
        ({"role": "user"}, "items[0].content"),
        ({"content": "hello"}, "items[0].role"),
        ({"role": "robot", "content": "hello"}, "items[0].role"),
        ({"type": "telepathy"}, "items[0].type"),
        ({"role": "user", "content": [{"type": "input_text"}]}, "items[0].content[0].text"),
        ({"role": "user", "content": [{"type": "input_image"}]}, "items[0].content[0]"),
        ({"role": "user", "content": [{"type": "input_file"}]}, "items[0].content[0]"),
        ({"role": "assistant", "content": [{"type": "refusal"}]}, "items[0].content[0].refusal"),
        ({"type": "function_call", "name": "f", "arguments": "{}"}, "items[0].call_id"),
        ({"type": "function_call", **CALL}, "items[0].arguments"),
        ({"type": "function_call_output", "output": "42"}, "items[0].call_id"),
        ({"type": "function_call_output", "call_id": "call_1"}, "items[0].output"),
        (
            {"type": "function_call_output", "call_id": "c", "output": [{"type": "input_text"}]},
            "items[0].output[0].text",
        ),
        (
            {"type": "mcp_approval_response", "approval_request_id": "mcpr_1"},
            "items[0].approve",
        ),
        ({"type": "compaction"}, "items[0].encrypted_content"),
        ({"type": "item_reference"}, "items[0].id"),
    ],
)
async def test_what_an_item_lacks_is_named(rest, item, param):
    """By the path in the request, so that who wrote twenty items knows which one."""
    answer = await rest("CreateConversation", "/v1/conversations", {"items": [item]})

    assert ("invalid_request_error", param) == (answer.error["type"], answer.error["param"])


async def test_twenty_items_are_taken_and_no_more(rest):
    """OpenAI's bound, on making and on adding."""
    items = [{"role": "user", "content": str(number)} for number in range(21)]
    made = await rest("CreateConversation", "/v1/conversations", {"items": items[:20]})
    path = f"/v1/conversations/{made.json['id']}/items"
    for rpc, target, sent in (
        ("CreateConversation", "/v1/conversations", items),
        ("CreateConversationItems", path, items),
        ("CreateConversationItems", path, []),
    ):
        answer = await rest(rpc, target, {"items": sent})
        assert "items" == answer.error["param"]

    listed = (await rest("ListConversationItems", f"{path}?limit=100")).json
    assert 20 == len(listed["data"])


@pytest.mark.parametrize(
    ("include", "sent", "path"),
    [
        (
            "file_search_call.results",
            {"type": "file_search_call", "queries": ["rain"], "results": [FOUND]},
            ["results"],
        ),
        (
            "reasoning.encrypted_content",
            {"type": "reasoning", "encrypted_content": "sealed"},
            ["encrypted_content"],
        ),
        (
            "code_interpreter_call.outputs",
            {
                "type": "code_interpreter_call",
                "container_id": "c",
                "outputs": [{"type": "logs", "logs": "1"}],
            },
            ["outputs"],
        ),
        (
            "web_search_call.action.sources",
            {
                "type": "web_search_call",
                "action": {"type": "search", "sources": [{"type": "url", "url": "https://a.b"}]},
            },
            ["action", "sources"],
        ),
        (
            "message.output_text.logprobs",
            {
                "role": "assistant",
                "content": [{"type": "output_text", "text": "a", "logprobs": [{"token": "a"}]}],
            },
            ["content", 0, "logprobs"],
        ),
    ],
)
async def test_some_things_are_there_only_if_asked_for(kept, include, sent, path):
    """They are large, and few callers look at them."""
    asked = await kept(sent, f"?include={include},message.input_image.image_url")
    plain = await kept(sent)
    *outer, last = path
    for name in outer:
        asked, plain, sent = asked[name], plain[name], sent[name]

    assert sent[last] == asked[last]
    assert not plain.get(last)


async def test_only_what_exists_can_be_included(rest):
    """A typing error would else look like an answer without it."""
    made = await rest("CreateConversation", "/v1/conversations", {})
    path = f"/v1/conversations/{made.json['id']}/items"
    wrong = "?include[]=reasoning.encrypted_content&include[]=everything"
    item = {"items": [{"role": "user", "content": "hello"}]}
    for rpc, target, body in (
        ("ListConversationItems", path, None),
        ("CreateConversationItems", path, item),
        ("GetConversationItem", f"{path}/msg_1", None),
    ):
        answer = await rest(rpc, target + wrong, body)
        assert "include[1]" == answer.error["param"]
