"""Recording and replaying over HTTP, against a fake model server."""

import asyncio
import json
import time
from contextlib import asynccontextmanager

import aiohttp
import pytest

from fleet_recorder.mode import Mode
from fleet_recorder.recorder import Options, WrongUpstreamError, recorder
from fleet_testing.openai_upstream import Canned, openai_upstream

NOWHERE = "http://127.0.0.1:9"
CHAT = "/v1/chat/completions"


@pytest.fixture
async def upstream():
    async with openai_upstream() as running:
        yield running


@pytest.fixture
async def client():
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def recording(tmp_path):
    """Starts a recorder on the folder of the test."""

    @asynccontextmanager
    async def start(upstream=NOWHERE, mode=Mode.RECORD_IF_MISSING, **options):
        async with recorder(upstream, tmp_path, Options(mode, **options)) as running:
            yield running

    return start


@pytest.fixture
def files(tmp_path):
    """Returns the recordings that there are."""
    return lambda: sorted(path for path in tmp_path.rglob("*") if path.is_file())


def body(content="hello big world", model="chat", **fields):
    return {"model": model, "messages": [{"role": "user", "content": content}], **fields}


async def ask(client, url, content="hello big world", headers=None, **fields):
    async with client.post(url + CHAT, json=body(content, **fields), headers=headers) as answer:
        return answer.status, await answer.read()


async def test_what_was_recorded_is_replayed_byte_for_byte_without_the_server(
    recording, upstream, client
):
    """So tests need neither keys nor a network."""
    async with recording(upstream.root) as live:
        whole = await ask(client, live.url)
        stream = await ask(client, live.url, stream=True)

    async with recording(mode=Mode.REPLAY) as replay:
        assert whole == await ask(client, replay.url)
        assert stream == await ask(client, replay.url, stream=True)
        assert b"data: [DONE]\n\n" in stream[1]
        assert (2, 0) == (replay.tally.replayed, replay.tally.missing)

    assert 2 == len(upstream.requests)


async def test_a_stream_keeps_its_pieces_and_its_pace(recording, upstream, client):
    """Chunks that come one by one find mistakes that one large read hides."""
    upstream.pause = 0.1

    async def pieces(url):
        async with client.post(url + CHAT, json=body(model="slow", stream=True)) as answer:
            return [piece async for piece in answer.content.iter_any()]

    async with recording(upstream.root) as live:
        recorded = await pieces(live.url)
    begun = time.monotonic()
    async with recording(mode=Mode.REPLAY, timing=True) as replay:
        replayed = await pieces(replay.url)
    took = time.monotonic() - begun

    assert len(recorded) > 2
    assert recorded == replayed
    assert took > 0.15


async def test_identical_requests_get_their_answers_in_order(recording, upstream, client):
    """A poll or a retry changes its answer while its question stays."""
    async with recording(upstream.root) as live:
        for number in range(3):
            upstream.canned["chat"] = Canned(b'{"number":%d}' % number)
            await ask(client, live.url)

    async with recording(mode=Mode.REPLAY) as replay:
        answers = [await ask(client, replay.url) for _ in range(4)]

    assert [0, 1, 2, 2] == [json.loads(data)["number"] for _, data in answers]


async def test_answers_stand_in_the_order_of_asking_whichever_ended_first(
    recording, upstream, client
):
    """Concurrent requests end as they like."""
    upstream.pause = 0.2
    async with recording(upstream.root) as live:
        slow = asyncio.create_task(ask(client, live.url, "first", model="slow"))
        while not upstream.requests:  # noqa: ASYNC110 - it knows no events
            await asyncio.sleep(0.01)
        upstream.canned["slow"] = Canned(b'{"quick":true}')
        quick = await ask(client, live.url, "first", model="slow")
        slow = await slow

    async with recording(mode=Mode.REPLAY) as replay:
        assert slow == await ask(client, replay.url, "first", model="slow")
        assert quick == await ask(client, replay.url, "first", model="slow")


async def test_tests_have_recordings_of_their_own(recording, upstream, client, files):
    """One test recorded anew leaves the others as they were."""
    async with recording(upstream.root) as live:
        for name in ("test_a", "test_b[1/2]"):
            upstream.canned["chat"] = Canned(json.dumps({"of": name}).encode())
            await ask(client, live.url, headers={"x-llama-test-id": name})

    async with recording(mode=Mode.REPLAY, test="test_a") as replay:
        _, data = await ask(client, replay.url)

        theirs = {"x-ogx-provider-data": '{"__test_id":"test_b[1/2]"}'}
        _, other = await ask(client, replay.url, headers=theirs)
        odd = {"x-ogx-provider-data": "{", "x-llamastack-provider-data": '["__test_id"]'}
        assert data == (await ask(client, replay.url, headers=odd))[1]

    assert {"of": "test_a"} == json.loads(data)
    assert {"of": "test_b[1/2]"} == json.loads(other)
    assert ["test_a", "test_b-1-2"] == [file.parent.name for file in files()]
    assert "x-llama-test-id" not in upstream.requests[0].headers


async def test_refusals_are_recorded_with_the_time_to_wait(recording, upstream, client):
    """Handling of limits is tested too."""

    async def refused(url):
        async with client.post(url + CHAT, json=body(model="fail-429")) as answer:
            return answer.status, answer.headers["retry-after"], await answer.read()

    async with recording(upstream.root) as live:
        recorded = await refused(live.url)
    async with recording(mode=Mode.REPLAY) as replay:
        assert recorded == await refused(replay.url)

    assert (429, "7") == recorded[:2]


async def test_a_stream_that_broke_off_breaks_off_again(recording, upstream, client):
    """What a caller does then is worth a test."""
    for mode, root in ((Mode.RECORD, upstream.root), (Mode.REPLAY, NOWHERE)):
        async with recording(root, mode) as running:
            with pytest.raises(aiohttp.ClientPayloadError):
                await ask(client, running.url, model="break-mid-stream", stream=True)

    assert 1 == len(upstream.requests)


async def test_a_caller_who_leaves_stops_the_server(recording, upstream, client):
    """An engine must not go on for nobody because a recorder stands between."""
    async with recording(upstream.root) as live:
        async with client.post(live.url + CHAT, json=body(model="endless", stream=True)) as answer:
            await answer.content.readany()
            answer.close()
        async with asyncio.timeout(5):
            while not upstream.left:  # noqa: ASYNC110 - it knows no events
                await asyncio.sleep(0.01)

    assert 1 == live.tally.recorded


async def test_a_caller_who_leaves_before_the_first_byte_stops_the_server(
    recording, upstream, client, files
):
    """Prefill is the dear part."""
    async with recording(upstream.root) as live:
        asking = asyncio.create_task(ask(client, live.url, model="hang"))
        while not upstream.requests:  # noqa: ASYNC110 - it knows no events
            await asyncio.sleep(0.01)
        asking.cancel()
        async with asyncio.timeout(5):
            while not upstream.left:  # noqa: ASYNC110 - it knows no events
                await asyncio.sleep(0.01)

    assert [] == files()


async def test_record_replaces_and_record_if_missing_does_not(recording, upstream, client, files):
    """The one refreshes, the other fills gaps."""

    async def answered(mode, text):
        upstream.canned["chat"] = Canned(json.dumps({"text": text}).encode())
        async with recording(upstream.root, mode) as running:
            return json.loads((await ask(client, running.url))[1])["text"]

    assert "one" == await answered(Mode.RECORD_IF_MISSING, "one")
    assert "one" == await answered(Mode.RECORD_IF_MISSING, "two")
    assert "three" == await answered(Mode.RECORD, "three")
    assert "three" == await answered(Mode.REPLAY, "four")
    assert 1 == len(files())


async def test_live_writes_nothing(recording, upstream, client, files):
    """One command serves all modes."""
    async with recording(upstream.root, Mode.LIVE) as live:
        assert 200 == (await ask(client, live.url))[0]

    assert [] == files()
    assert 1 == live.tally.passed


async def test_what_was_not_recorded_is_refused_with_what_differs(recording, upstream, client):
    """Who changed a prompt sees that it was the prompt, and what to do."""
    async with recording(upstream.root) as live:
        await ask(client, live.url, "Who are you?", temperature=0.5)
    async with recording(mode=Mode.REPLAY) as replay:
        status, data = await ask(client, replay.url, "Who am I?", temperature=0.5)
        elsewhere = await client.get(replay.url + "/v1/files")

    error = json.loads(data)["error"]

    assert (404, "recording_missing") == (status, error["code"])
    assert 'messages[0].content: recorded "Who are you?", asked "Who am I?"' in error["message"]
    assert "temperature" not in error["message"]
    assert "`record-if-missing`" in error["message"]
    assert "nothing of that path" in (await elsewhere.json())["error"]["message"]
    assert 2 == replay.tally.missing


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/v1/messages", {"type": "error"}),
        ("/v1beta/models/gemini:generateContent", {"status": "NOT_FOUND"}),
    ],
)
async def test_a_miss_is_told_in_the_dialect_of_the_api(recording, client, path, expected):
    """SDKs read no other."""
    async with recording(mode=Mode.REPLAY) as replay:
        told = await (await client.post(replay.url + path, json={})).json()

    assert expected.items() <= (told | told["error"] | {"type": told.get("type")}).items()
    assert "was not recorded" in told["error"]["message"]


async def test_no_secret_is_written(recording, upstream, client, files):
    """Recordings are committed."""
    secrets = ["sk-of-the-header", "key-in-the-query", "key-for-a-tool", "session-of-mine"]
    data = '{"openai_api_key":"sk-of-the-caller"}'
    headers = {
        "authorization": f"Bearer {secrets[0]}",
        "cookie": f"sid={secrets[3]}",
        "x-llamastack-provider-data": data,
    }
    upstream.canned["chat"] = Canned(
        b'{"access_token":"granted-by-server","said":"sk-of-the-header","and":"sk-of-the-caller"}',
        headers={
            "content-type": "application/json",
            "set-cookie": "a=granted-cookie",
            "openai-organization": "org-of-mine",
        },
    )
    async with recording(upstream.root) as live:
        url = f"{live.url}{CHAT}?key={secrets[1]}&api-version=1"
        asked = body() | {"tools": [{"headers": {"Authorization": secrets[2]}}]}
        async with client.post(url, json=asked, headers=headers) as answer:
            assert "sk-of-the-header" in await answer.text()
    (file,) = files()
    text = file.read_text()

    for secret in [
        *secrets,
        "sk-of-the-caller",
        "granted-by-server",
        "granted-cookie",
        "org-of-mine",
    ]:
        assert secret not in text
    assert "api-version=1" in text


async def test_ids_dates_and_ports_do_not_tell_requests_apart(recording, upstream, client):
    """They are others in every run."""
    first = "Today is 2026-11-25. Ask http://127.0.0.1:4711/mcp for call_8f3kd92kd01 and call_8f3kd92kd01"
    second = (
        "Today is 2027-01-01. Ask http://127.0.0.1:1234/mcp for call_00aa11bb22 and call_00aa11bb22"
    )
    third = (
        "Today is 2027-01-01. Ask http://127.0.0.1:1234/mcp for call_00aa11bb22 and call_99zz11bb22"
    )
    async with recording(upstream.root) as live:
        await ask(client, live.url, first, temperature=0.7)
    async with recording(mode=Mode.REPLAY) as replay:
        assert 200 == (await ask(client, replay.url, second, temperature=0.70000001))[0]
        assert 404 == (await ask(client, replay.url, third, temperature=0.7))[0]


async def test_of_requests_with_one_key_each_gets_what_was_recorded_for_it(
    recording, upstream, client
):
    """A day's weather is not another's, though dates do not count."""
    async with recording(upstream.root) as live:
        for day in ("2026-11-25", "2026-11-26"):
            upstream.canned["chat"] = Canned(json.dumps({"day": day}).encode())
            await ask(client, live.url, f"The weather on {day}?")
    async with recording(mode=Mode.REPLAY) as replay:
        _, data = await ask(client, replay.url, "The weather on 2026-11-26?")

    assert {"day": "2026-11-26"} == json.loads(data)


async def test_ignored_fields_do_not_count(recording, upstream, client):
    """Some callers number their requests."""
    async with recording(upstream.root) as live:
        await ask(client, live.url, user="a")
    async with recording(mode=Mode.REPLAY, ignored=frozenset({"user"})) as replay:
        assert 404 == (await ask(client, replay.url, user="b", seed=1))[0]
    async with recording(upstream.root, ignored=frozenset({"user"})) as live:
        await ask(client, live.url, user="a")
    async with recording(mode=Mode.REPLAY, ignored=frozenset({"user"})) as replay:
        assert 200 == (await ask(client, replay.url, user="b"))[0]


async def test_any_bytes_come_back(recording, upstream, client):
    """Amazon's event streams are no text."""
    data = bytes(range(256)) * 4
    upstream.canned["chat"] = Canned(
        data, headers={"content-type": "application/vnd.amazon.eventstream"}
    )
    async with recording(upstream.root) as live:
        await ask(client, live.url)
    async with recording(mode=Mode.REPLAY) as replay:
        answer = await client.post(replay.url + CHAT, json=body())

        assert data == await answer.read()
        assert "application/vnd.amazon.eventstream" == answer.headers["content-type"]


@pytest.mark.parametrize(
    "odd", [b'{"a":1e999}', b'{"a":"\\ud800"}', b"[" * 5000 + b"]" * 5000, b"{", b"\xff" * 9, b""]
)
async def test_any_request_is_recorded(recording, upstream, client, odd):
    """Whatever a server makes of it."""
    seen = []
    for mode, root in ((Mode.RECORD, upstream.root), (Mode.REPLAY, NOWHERE)):
        async with recording(root, mode) as running:
            answer = await client.post(running.url + "/v1/odd", data=odd)
            seen.append((answer.status, await answer.read()))

    assert seen[0] == seen[1]
    assert b"recording" not in seen[1][1]
    assert [odd] == [request.body for request in upstream.requests]


async def test_an_upload_is_found_again_whatever_divides_its_parts(recording, upstream, client):
    """Every client makes up a boundary of its own for each upload."""

    def form(text):
        data = aiohttp.FormData()
        data.add_field("file", text, filename="a.txt")
        return data

    async with recording(upstream.root) as live:
        recorded = await client.post(live.url + "/v1/files", data=form(b"words"))
    async with recording(mode=Mode.REPLAY) as replay:
        again = await client.post(replay.url + "/v1/files", data=form(b"words"))
        other = await client.post(replay.url + "/v1/files", data=form(b"other"))

        assert await recorded.read() == await again.read()
        assert b"recording_missing" in await other.read()


async def test_a_server_that_is_away_is_told_and_not_recorded(recording, client, files):
    """A hole in the network must not be replayed for ever."""
    async with recording(NOWHERE, Mode.RECORD) as running:
        status, data = await ask(client, running.url)

    assert (502, "upstream_unreachable") == (status, json.loads(data)["error"]["code"])
    assert [] == files()


async def test_a_file_that_is_no_recording_is_named(recording, upstream, client, files):
    """After a merge that went wrong."""
    async with recording(upstream.root) as live:
        await ask(client, live.url)
    (file,) = files()
    file.write_text("<<<<<<< ours")
    async with recording(mode=Mode.REPLAY) as replay:
        status, data = await ask(client, replay.url)

    assert 404 == status
    assert str(file) in json.loads(data)["error"]["message"]


async def test_a_recording_reads_well_and_the_same_each_time(recording, upstream, client, files):
    """A diff of recordings is to be reviewed."""
    async with recording(upstream.root) as live:
        await ask(client, live.url, stream=True)
    (file,) = files()
    text = file.read_text()
    document = json.loads(text)

    assert file.name.startswith("POST-v1-chat-completions-")
    assert {"verb", "path", "model", "body"} == document["request"].keys()
    assert "chat" == document["request"]["model"]
    assert "[DONE]" == document["answers"][0]["pieces"][-1]["events"][-1]["data"]
    assert max(map(len, text.splitlines())) < 400


async def test_an_address_that_is_none_is_refused(tmp_path):
    """Before anything starts."""
    for address in ("ftp://a", "api.openai.com", "grpc://"):
        with pytest.raises(WrongUpstreamError, match="https://"):
            async with recorder(address, tmp_path):
                pass
