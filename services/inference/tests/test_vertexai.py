"""What `remote::vertexai` does besides the contract of all providers with a wire of their own."""

import asyncio
import base64
import json
from urllib.parse import parse_qs

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from fleet.inference.v1 import messages as m
from fleet_inference.providers.vertexai import Place
from fleet_runtime.errors import InvalidArgument, UpstreamFailed
from fleet_testing.calls import rest_call
from fleet_testing.google_upstream import SIGNATURE, GoogleWire
from fleet_testing.native_subjects import VERTEXAI
from fleet_testing.native_upstream import native_upstream
from fleet_testing.openai_upstream import Canned

HELLO = [{"role": "user", "content": "hello"}]
FIND = {"type": "function", "function": {"name": "find", "parameters": {"type": "object"}}}
OURS = "/v1/projects/ours/locations/global"


@pytest.fixture
async def upstream():
    async with native_upstream(GoogleWire(vertex=True)) as running:
        yield running


@pytest.fixture
async def provider(upstream):
    opened = VERTEXAI.opened(upstream)
    yield opened
    await opened.aclose()


@pytest.fixture
async def keyless(upstream):
    """A provider that has no token, and looks for the default credentials."""
    opened = VERTEXAI.opened(upstream, key=None)
    yield opened
    await opened.aclose()


@pytest.fixture(scope="module")
def private_key():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture
def account(private_key, upstream, tmp_path, monkeypatch):
    """A service account's key, where Google's libraries look for it. Its tokens come from the fake."""
    pem = private_key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    told = {
        "type": "service_account",
        "client_email": "robot@ours.iam.gserviceaccount.com",
        "private_key": pem.decode(),
        "private_key_id": "1",
        "token_uri": f"{upstream.root}/token",
    }
    path = tmp_path / "key.json"
    path.write_text(json.dumps(told))
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(path))
    token = {"access_token": "ya29.fetched", "expires_in": 3600, "token_type": "Bearer"}
    upstream.canned["/token"] = Canned(json.dumps(token).encode())
    return path


def chat(metadata=(), model="chat", **fields):
    body = {"model": model, "messages": HELLO} | fields
    return rest_call(m.ChatCompletionRequest, body, metadata)


def carrying(**keys):
    return (("x-llamastack-provider-data", json.dumps(keys)),)


def decoded(part):
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


async def test_tokens_are_fetched_with_the_default_credentials(
    keyless, account, upstream, private_key
):
    """Once for all who wait, and while the event loop goes on: the fake answers on the same one."""
    await asyncio.gather(*(keyless.chat(*chat()) for _ in range(8)))
    asked = [seen for seen in upstream.requests if seen.path == "/token"]
    assertion = parse_qs(asked[0].body.decode())["assertion"][0]
    signed, _, signature = assertion.rpartition(".")
    private_key.public_key().verify(
        decoded(signature), signed.encode(), padding.PKCS1v15(), hashes.SHA256()
    )
    claims = json.loads(decoded(signed.partition(".")[2]))

    assert 1 == len(asked)
    assert "https://www.googleapis.com/auth/cloud-platform" == claims["scope"]
    assert {"ya29.fetched"} == {heard.key for heard in upstream.heard}


async def test_a_token_is_fetched_again_when_it_is_old(keyless, account, upstream):
    """Google's live for an hour."""
    for name in ("first", "second"):
        token = {"access_token": name, "expires_in": 1, "token_type": "Bearer"}
        upstream.canned["/token"] = Canned(json.dumps(token).encode())
        await keyless.chat(*chat())

    assert ["first", "second"] == [heard.key for heard in upstream.heard]


async def test_a_callers_token_spares_ours(keyless, account, upstream):
    """None is fetched for it."""
    await keyless.chat(*chat(carrying(vertex_access_token="theirs")))

    assert "theirs" == upstream.heard[-1].key
    assert "/token" not in {seen.path for seen in upstream.requests}


async def test_credentials_that_are_refused_are_not_the_callers_trouble(keyless, account, upstream):
    """Nor is a token that the models' server refuses."""
    error = {"error": "invalid_grant", "error_description": "Invalid JWT Signature."}
    upstream.canned["/token"] = Canned(json.dumps(error).encode(), status=400)
    with pytest.raises(UpstreamFailed) as caught:
        await keyless.chat(*chat())

    assert (502, "upstream_unauthorized") == (caught.value.status, caught.value.code)


async def test_a_token_endpoint_that_is_away_is_told(keyless, account, upstream):
    """By what cannot be reached, not by a trace of a library."""
    told = json.loads(account.read_text())
    async with native_upstream(GoogleWire()) as gone:
        told["token_uri"] = f"{gone.root}/token"
    account.write_text(json.dumps(told))
    with pytest.raises(UpstreamFailed, match="token endpoint") as caught:
        await keyless.chat(*chat())

    assert "upstream_unreachable" == caught.value.code


async def test_missing_credentials_are_asked_for(keyless, upstream, monkeypatch, tmp_path):
    """The error says what the operator or the caller can do."""
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", "")
    monkeypatch.setenv("CLOUDSDK_CONFIG", str(tmp_path))
    monkeypatch.setenv("NO_GCE_CHECK", "true")
    with pytest.raises(InvalidArgument, match="vertex_access_token"):
        await keyless.chat(*chat())
    assert [] == upstream.requests


async def test_a_callers_project_and_location_go_with_their_token(provider, upstream):
    """The address has both; each call has its own."""
    theirs = carrying(
        vertex_project="theirs", vertex_location="europe-west4", vertex_access_token="t"
    )
    for fields in ({}, {"stream": True}):
        answer = await provider.chat(*chat(theirs, **fields))
        if fields:
            _ = [chunk async for chunk in answer]
    await provider.chat(*chat())
    place = "/v1/projects/theirs/locations/europe-west4"

    assert [place, place, OURS] == [
        heard.seen.path.partition("/publishers")[0] for heard in upstream.heard
    ]
    assert ["t", "t", "sk-ours"] == [heard.key for heard in upstream.heard]


@pytest.mark.parametrize("name", ["vertex_project", "vertex_location"])
async def test_our_token_is_for_our_project_alone(provider, upstream, name):
    """Else callers would spend what is not theirs, where it may not be spent."""
    with pytest.raises(InvalidArgument, match="vertex_access_token"):
        await provider.chat(*chat(carrying(**{name: "theirs"})))
    for bad in ("a/b", "A b", 5, "evil.example.org/"):
        with pytest.raises(InvalidArgument, match=name):
            await provider.chat(*chat(carrying(**{name: bad, "vertex_access_token": "t"})))
    assert [] == upstream.requests


@pytest.mark.parametrize(
    ("location", "host"),
    [
        ("global", "https://aiplatform.googleapis.com"),
        ("us-central1", "https://us-central1-aiplatform.googleapis.com"),
        ("eu", "https://aiplatform.eu.rep.googleapis.com"),
    ],
)
def test_a_location_has_a_server_of_its_own(location, host):
    """As the vendor documents."""
    assert host == Place("p", location).host()


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("gemini-3-pro", "publishers/google/models/gemini-3-pro"),
        ("google/gemini-3-pro", "publishers/google/models/gemini-3-pro"),
        ("publishers/google/models/gemini-3-pro", "publishers/google/models/gemini-3-pro"),
        ("publishers/meta/models/llama-4", "publishers/meta/models/llama-4"),
        ("endpoints/123", "endpoints/123"),
        ("publishers/../models/a", "publishers/google/models/publishers%2F..%2Fmodels%2Fa"),
    ],
)
async def test_a_model_is_found_by_its_name_or_its_path(provider, upstream, name, path):
    """And no name leads anywhere else."""
    said = {"candidates": [{"content": {"parts": [{"text": "yes"}]}, "finishReason": "STOP"}]}
    canned = Canned(json.dumps(said).encode())
    upstream.canned[f"{OURS}/{path}:generateContent"] = canned
    answer = await provider.chat(*chat(model=name))

    assert "yes" == answer.choices[0].message.content


@pytest.mark.parametrize(
    ("model", "method", "requests"),
    [
        ("text-embedding-005", "predict", 1),
        ("gemini-embedding-001", "predict", 3),
        ("gemini-embedding-2", "embedContent", 3),
    ],
)
async def test_vectors_come_by_the_method_that_the_model_has(
    provider, upstream, model, method, requests
):
    """The older ones predict, one of them a text at a time; newer ones embed."""
    body = {"model": model, "input": ["a", "bb", "ccc"], "dimensions": 2}
    told = await provider.embed(*rest_call(m.EmbeddingRequest, body))

    assert [[1 / 2, 1 / 3], [1 / 3, 1 / 4], [1 / 4, 1 / 5]] == [e.embedding for e in told.data]
    assert [method] * requests == [seen.path.rpartition(":")[2] for seen in upstream.requests]


async def test_signatures_outlive_a_replica_in_a_database(upstream, tmp_path):
    """Any replica that shares it can answer the second turn."""
    store = {"url": f"sqlite:///{tmp_path}/thoughts.db"}
    first = VERTEXAI.opened(upstream, thought_signature_store=store)
    answer = await first.chat(*chat(tools=[FIND]))
    await first.aclose()
    call = answer.choices[0].message.tool_calls[0]
    told = {"id": call.id, "type": "function", "function": {"name": "find", "arguments": "{}"}}
    messages = [
        *HELLO,
        {"role": "assistant", "tool_calls": [told]},
        {"role": "tool", "tool_call_id": call.id, "content": "found"},
    ]
    second = VERTEXAI.opened(upstream, thought_signature_store=store)
    await second.chat(*chat(messages=messages, tools=[FIND]))
    await second.aclose()
    part = upstream.heard[-1].seen.json()["contents"][1]["parts"][0]

    assert SIGNATURE == part["thoughtSignature"]


async def test_a_database_that_is_away_fails_no_answer(upstream, tmp_path):
    """The model thinks anew then."""
    store = {"url": "postgresql://nobody@127.0.0.1:1/none", "connect_timeout": 1}
    provider = VERTEXAI.opened(upstream, thought_signature_store=store)
    try:
        answer = await provider.chat(*chat(tools=[FIND]))
    finally:
        await provider.aclose()

    assert "find" == answer.choices[0].message.tool_calls[0].function.name
