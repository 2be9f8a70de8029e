"""The answers as JSON, field by field."""


async def test_answers_have_openais_shape(rest):
    """Its SDK and Llama Stack's read these fields."""
    made = (await rest("CreateConversation", "/v1/conversations", {})).json
    path = f"/v1/conversations/{made['id']}"
    item = {"items": [{"role": "user", "content": "hello"}]}
    added = (await rest("CreateConversationItems", f"{path}/items", item)).json
    (name,) = [item["id"] for item in added["data"]]
    shown = (await rest("GetConversationItem", f"{path}/items/{name}")).json
    changed = (await rest("UpdateConversation", path, {"metadata": {"a": "b"}})).json
    emptied = (await rest("DeleteConversationItem", f"{path}/items/{name}")).json

    assert ["id", "object", "created_at", "metadata"] == list(made)
    assert ("conversation", {}) == (made["object"], made["metadata"])
    assert {"object": "list", "data": [shown], "first_id": name, "last_id": name} | {
        "has_more": False
    } == added
    assert made | {"metadata": {"a": "b"}} == changed == emptied
    assert made | {"metadata": {}} == (await rest("UpdateConversation", path, {})).json
    assert {"id": made["id"], "object": "conversation.deleted", "deleted": True} == (
        await rest("DeleteConversation", path)
    ).json


async def test_an_empty_list_has_no_ids(rest):
    """`null` rather than an id of nothing."""
    made = (await rest("CreateConversation", "/v1/conversations", {})).json
    listed = await rest("ListConversationItems", f"/v1/conversations/{made['id']}/items")
    empty = {"object": "list", "data": [], "first_id": None, "last_id": None, "has_more": False}

    assert empty == listed.json


async def test_lists_are_bounded(rest):
    """By what OpenAI allows."""
    made = (await rest("CreateConversation", "/v1/conversations", {})).json
    path = f"/v1/conversations/{made['id']}/items"
    for query, param in (("limit=0", "limit"), ("limit=101", "limit"), ("order=up", "order")):
        answer = await rest("ListConversationItems", f"{path}?{query}")
        assert param == answer.error["param"]


async def test_errors_have_openais_shape(rest):
    """What its SDK makes exceptions of."""
    answer = await rest("GetConversation", "/v1/conversations/conv_none")

    assert {"message", "type", "param", "code"} == set(answer.error)
    assert "conversation_not_found" == answer.error["code"]


async def test_texts_that_databases_cannot_hold_come_back(kept):
    """Models write what they like; U+0000 is one thing that Postgres does not keep as it is."""
    text = 'a\0b "quoted" \\ \U0001f600'
    item = await kept({"role": "user", "content": text})

    assert text == item["content"][0]["text"]
