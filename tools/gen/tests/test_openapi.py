"""The OpenAPI document says all that REST callers of the contract need to know."""

import json
import tomllib
from pathlib import Path

import pytest
from google.protobuf.descriptor_pb2 import FieldDescriptorProto
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from tools.gen import contract
from tools.gen.__main__ import API, PROTOS, ROOT, descriptor_set
from tools.gen.contract import Field, Message, Method, Package, Service
from tools.gen.openapi import openapi, write_openapi

pytestmark = pytest.mark.slow

# The schemas of Llama Stack by version, with their required and their optional fields. Its documents refer to schemas
# for whole and streamed answers to chat and completion requests, but do not have them.
LLAMA_STACK = json.loads((Path(__file__).parent / "llama_stack_fields.json").read_text())
# Our message for each of them.
OURS = {
    "AnthropicBase64ImageSource": "BlockSource",
    "AnthropicCountTokensRequest": "CountMessageTokensRequest",
    "AnthropicCountTokensResponse": "MessageTokensCount",
    "AnthropicCreateMessageRequest": "CreateMessageRequest",
    "AnthropicCustomToolDef": "MessageTool",
    "AnthropicImageBlock": "ContentBlock",
    "AnthropicMessage": "InputMessage",
    "AnthropicMessageResponse": "Message",
    "AnthropicRedactedThinkingBlock": "ContentBlock",
    "AnthropicTextBlock": "ContentBlock",
    "AnthropicThinkingBlock": "ContentBlock",
    "AnthropicThinkingConfig": "Thinking",
    "AnthropicToolResultBlock": "ContentBlock",
    "AnthropicToolUseBlock": "ContentBlock",
    "AnthropicURLImageSource": "BlockSource",
    "AnthropicUsage": "MessageUsage",
    "GoogleCreateInteractionRequest": "CreateInteractionRequest",
    "GoogleFunctionCallContent": "InteractionContent",
    "GoogleFunctionCallOutput": "InteractionContent",
    "GoogleFunctionDeclaration": "InteractionFunction",
    "GoogleFunctionResponseContent": "InteractionContent",
    "GoogleGenerationConfig": "InteractionConfig",
    "GoogleInputTurn": "InteractionTurn",
    "GoogleInteractionResponse": "Interaction",
    "GoogleTextContent": "InteractionContent",
    "GoogleTextOutput": "InteractionContent",
    "GoogleThoughtOutput": "InteractionContent",
    "GoogleTool": "InteractionTool",
    "GoogleUsage": "InteractionUsage",
    "CreateMessageBatchRequest": "CreateMessageBatchRequest",
    "ListMessageBatchesResponse": "MessageBatchList",
    "MessageBatch": "MessageBatch",
    "MessageBatchRequestCounts": "MessageBatchCounts",
    "MessageBatchRequestParams": "MessageBatchRequest",
    "ChatCompletionMessage": "StoredMessage",
    "ChatCompletionMessageList": "ChatCompletionMessageList",
    "HealthInfo": "HealthInfo",
    "ListOpenAIChatCompletionResponse": "ChatCompletionList",
    "ListProvidersResponse": "ProviderList",
    "ListRoutesResponse": "RouteList",
    "Model": "Model",
    "OpenAIAssistantMessageParam": "ChatMessage",
    "OpenAIChatCompletionContentPartImageParam": "ContentPart",
    "OpenAIChatCompletionContentPartTextParam": "ContentPart",
    "OpenAIChatCompletionCustomToolCall": "ToolCall",
    "OpenAIChatCompletionCustomToolCallFunction": "CustomToolCall",
    "OpenAIChatCompletionRequestWithExtraBody": "ChatCompletionRequest",
    "OpenAIChatCompletionResponseMessage": "AssistantMessage",
    "OpenAIChatCompletionToolCall": "ToolCall",
    "OpenAIChatCompletionToolCallFunction": "FunctionCall",
    "OpenAIChatCompletionUsage": "Usage",
    "OpenAIChatCompletionUsageCompletionTokensDetails": "CompletionTokensDetails",
    "OpenAIChatCompletionUsagePromptTokensDetails": "PromptTokensDetails",
    "OpenAIChoice": "Choice",
    "OpenAIChoiceLogprobs": "Logprobs",
    "OpenAICompletionRequestWithExtraBody": "CompletionRequest",
    "OpenAICompletionWithInputMessages": "StoredChatCompletion",
    "OpenAIDeveloperMessageParam": "ChatMessage",
    "OpenAIEmbeddingData": "Embedding",
    "OpenAIEmbeddingUsage": "EmbeddingUsage",
    "OpenAIEmbeddingsRequestWithExtraBody": "EmbeddingRequest",
    "OpenAIEmbeddingsResponse": "EmbeddingList",
    "OpenAIFile": "ContentPart",
    "OpenAIImageURL": "ImageUrl",
    "OpenAIJSONSchema": "JsonSchema",
    "OpenAIListModelsResponse": "ModelList",
    "OpenAIModel": "ModelSummary",
    "OpenAIResponseFormatJSONObject": "ResponseFormat",
    "OpenAIResponseFormatJSONSchema": "ResponseFormat",
    "OpenAIResponseFormatText": "ResponseFormat",
    "OpenAISystemMessageParam": "ChatMessage",
    "OpenAITokenLogProb": "TokenLogprob",
    "OpenAIToolMessageParam": "ChatMessage",
    "OpenAITopLogProb": "TopLogprob",
    "OpenAIUserMessageParam": "ChatMessage",
    "ProviderInfo": "ProviderInfo",
    "RerankData": "RerankData",
    "RerankRequest": "RerankRequest",
    "RerankResponse": "RerankResponse",
    "RouteInfo": "RouteInfo",
    "VersionInfo": "VersionInfo",
}
CASES = [(version, theirs) for version in LLAMA_STACK for theirs in LLAMA_STACK[version]]


@pytest.fixture(scope="module")
def packages():
    protos = sorted(str(path.relative_to(PROTOS)) for path in PROTOS.rglob("*.proto"))
    return contract.read(descriptor_set(protos, API))


@pytest.fixture(scope="module")
def document(packages):
    return openapi(packages, "1.2.3")


@pytest.fixture(scope="module")
def schemas(document):
    return document["components"]["schemas"]


def operations(document):
    return [
        (path, verb, operation)
        for path, verbs in document["paths"].items()
        for verb, operation in verbs.items()
    ]


def validator(document, name):
    """Return what checks JSON against a schema of the document."""
    schema = {"$ref": f"#/components/schemas/{name}", "components": document["components"]}
    return Draft202012Validator(schema)


def test_document_is_valid_openapi(document):
    """Generators of clients refuse a document that is not."""
    validate(document)

    assert "3.1.0" == document["openapi"]
    assert "1.2.3" == document["info"]["version"]


def test_checked_in_document_is_this_one(packages, tmp_path):
    """`make gen` writes the same bytes each time, and was not forgotten."""
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    write_openapi(packages, version, tmp_path / "openapi.json")
    fresh = (tmp_path / "openapi.json").read_bytes()

    assert fresh == (API / "fleet" / "openapi.json").read_bytes()
    assert fresh.endswith(b"}\n")


def test_every_route_is_there(packages, document):
    """A route that is missing here cannot be found by callers."""
    routes = {
        (template.replace("=**", ""), verb.lower())
        for package in packages
        for service in package.services
        for method in service.methods
        for verb, template in method.routes
    }

    assert routes == {(path, verb) for path, verb, _ in operations(document)}


def test_every_operation_has_an_id_of_its_own(document):
    """Clients name their methods by it."""
    ids = [operation["operationId"] for _, _, operation in operations(document)]

    assert len(set(ids)) == len(ids)
    assert (
        "create_chat_completion" == document["paths"]["/v1/chat/completions"]["post"]["operationId"]
    )


def test_everything_is_described(document, schemas):
    """The comments of the contract are the documentation."""
    for path, verb, operation in operations(document):
        assert operation["summary"], (path, verb)
        assert all(p["description"] for p in operation.get("parameters", ())), (path, verb)
    for name, schema in schemas.items():
        assert schema["description"], name
        for field, held in schema.get("properties", {}).items():
            assert name == "ErrorEnvelope" or held["description"], (name, field)


def test_openai_prefix_is_deprecated_and_nothing_else(document):
    """Callers are led to the paths that stay."""
    for path, _, operation in operations(document):
        assert path.startswith("/v1/openai/v1/") == operation.get("deprecated", False), path


def test_streams_are_shown_beside_whole_answers(document):
    """Both come from one path, by `stream`."""
    content = document["paths"]["/v1/chat/completions"]["post"]["responses"]["200"]["content"]

    assert "#/components/schemas/ChatCompletion" == content["application/json"]["schema"]["$ref"]
    assert (
        "#/components/schemas/ChatCompletionChunk" == content["text/event-stream"]["schema"]["$ref"]
    )


def test_what_always_streams_is_lines(document):
    """Results of batches are a file rather than events."""
    place = "/v1/messages/batches/{message_batch_id}/results"
    content = document["paths"][place]["get"]["responses"]["200"]["content"]

    assert {
        "application/x-jsonl": {"schema": {"$ref": "#/components/schemas/MessageBatchResult"}}
    } == content


def test_uploads_are_forms_with_a_file(document, schemas):
    """Its name and type are in the head of its part, and not fields of their own."""
    (content,) = document["paths"]["/v1/files"]["post"]["requestBody"]["content"].items()
    schema = schemas["UploadFileRequest"]

    form = {"schema": {"$ref": "#/components/schemas/UploadFileRequest"}}
    assert ("multipart/form-data", form) == content
    assert {"file", "purpose", "expires_after"} == schema["properties"].keys()
    assert {"type": "string", "format": "binary"}.items() <= schema["properties"]["file"].items()
    assert {"file", "purpose"} == set(schema["required"])


def test_downloads_are_bytes(document, schemas):
    """The messages that they come in are nothing to REST callers."""
    answer = document["paths"]["/v1/files/{file_id}/content"]["get"]["responses"]["200"]

    assert {
        "application/octet-stream": {"schema": {"type": "string", "format": "binary"}}
    } == answer["content"]
    assert "FileContent" not in schemas


def test_nothing_is_204(document, schemas):
    """Without any content."""
    responses = document["paths"]["/v1/vector-io/insert"]["post"]["responses"]

    assert "200" not in responses
    assert "content" not in responses["204"]
    assert "Empty" not in schemas


def test_query_has_the_fields_of_the_request(document):
    """What has no body takes its fields from the query."""
    parameters = {
        p["name"]: p for p in document["paths"]["/v1/chat/completions"]["get"]["parameters"]
    }

    assert {"after", "limit", "model", "metadata", "order"} == parameters.keys()
    assert {"query"} == {p["in"] for p in parameters.values()}
    assert (1, 100) == tuple(parameters["limit"]["schema"][k] for k in ("minimum", "maximum"))
    assert "deepObject" == parameters["metadata"]["style"]
    assert ["asc", "desc"] == parameters["order"]["schema"]["enum"]


def test_path_variables_are_not_in_the_body(document, schemas):
    """They would have to be sent twice."""
    update = document["paths"]["/v1/chat/completions/{completion_id}"]["post"]

    assert [("completion_id", "path", True)] == [
        (p["name"], p["in"], p["required"]) for p in update["parameters"]
    ]
    assert {"metadata"} == schemas["UpdateChatCompletionRequest"]["properties"].keys()


def test_variables_with_slashes_are_marked(document):
    """OpenAPI has no word for them, and model names have slashes."""
    (parameter,) = document["paths"]["/v1/models/{model_id}"]["get"]["parameters"]

    assert parameter["x-multi-segment"] is True


@pytest.mark.parametrize(
    ("path", "verb", "statuses"),
    [
        ("/v1/chat/completions", "post", {400, 401, 403, 404, 413, 429, 500, 502, 503, 504}),
        ("/v1/models", "post", {400, 401, 403, 409, 413, 429, 500, 503, 504}),
        ("/v1/models/{model_id}", "get", {400, 401, 403, 404, 429, 500, 503, 504}),
        ("/v1/health", "get", {401, 403, 429, 500, 503, 504}),
        ("/v1/files", "post", {400, 401, 403, 413, 415, 429, 500, 502, 503, 504}),
        (
            "/v1/vector-io/query",
            "post",
            {400, 401, 403, 404, 413, 429, 500, 501, 502, 503, 504},
        ),
        ("/v1/vector_stores", "get", {400, 401, 403, 429, 500, 503, 504}),
    ],
)
def test_failures_are_listed_in_the_envelope(document, path, verb, statuses):
    """Callers handle errors by what the document says of them."""
    responses = dict(document["paths"][path][verb]["responses"])
    del responses["200"]
    found = {
        document["components"]["responses"][response["$ref"].rpartition("/")[2]]["content"][
            "application/json"
        ]["schema"]["$ref"]
        for response in responses.values()
    }

    assert {str(status) for status in statuses} == responses.keys()
    assert {"#/components/schemas/ErrorEnvelope"} == found


@pytest.mark.parametrize(
    "content",
    ["hello", [{"type": "text", "text": "hello"}], None],
)
def test_unions_take_each_of_their_kinds(document, content):
    """`content` is a text, or parts, or nothing."""
    request = {"model": "m", "messages": [{"role": "user", "content": content}], "unknown": 1}

    assert validator(document, "ChatCompletionRequest").is_valid(request)


@pytest.mark.parametrize(
    "wrong",
    [
        {"messages": []},
        {"model": ""},
        {"n": 129},
        {"temperature": -0.1},
        {"stop": 3},
        {"reasoning_effort": "huge"},
        {"messages": [{"role": "stranger"}]},
        {"prompt_cache_key": "x" * 65},
        {"metadata": {str(key): "" for key in range(17)}},
    ],
)
def test_bounds_refuse_what_the_server_refuses(document, wrong):
    """A client that checks by the document is told the same as by the server."""
    request = {"model": "m", "messages": [{"role": "user"}]} | wrong

    assert not validator(document, "ChatCompletionRequest").is_valid(request)


@pytest.mark.parametrize("tokens", ["text", ["a", "b"], [1, 2], [[1, 2], [3]]])
def test_bare_lists_are_arrays(document, tokens):
    """A prompt is a text, texts, tokens, or lists of tokens."""
    request = {"model": "m", "prompt": tokens}

    assert validator(document, "CompletionRequest").is_valid(request)


def test_answers_have_their_nulls(schemas):
    """What is printed as `null` is always there, and may be `null`."""
    message = schemas["AssistantMessage"]

    assert ["string", "null"] == message["properties"]["content"]["type"]
    assert {"role", "content", "refusal"} == set(message["required"])
    assert "assistant" == message["properties"]["role"]["const"]


def test_json_objects_are_objects_and_other_json_is_anything(schemas):
    """Metadata of a model is an object; the schema of a tool's arguments is not looked at."""
    assert "object" == schemas["Model"]["properties"]["metadata"]["type"]
    assert "type" not in schemas["FunctionDefinition"]["properties"]["parameters"]


def test_open_messages_take_more(schemas):
    """Unknown fields are forwarded to providers, so they are not refused."""
    assert schemas["ChatCompletionRequest"]["additionalProperties"] is True
    assert "extra" not in schemas["ChatCompletionRequest"]["properties"]


@pytest.mark.parametrize(
    ("path", "envelope", "end"),
    [
        ("/v1/chat/completions", "ErrorEnvelope", True),
        ("/v1/inference/chat-completion", "ErrorEnvelope", False),
        ("/v1/messages", "AnthropicErrorEnvelope", False),
        ("/v1alpha/interactions", "GoogleErrorEnvelope", False),
    ],
)
def test_errors_and_streams_are_told_in_the_dialect_of_the_path(document, path, envelope, end):
    """Each API has its own envelope, and only OpenAI's ends its streams with a mark."""
    responses = document["paths"][path]["post"]["responses"]
    name = responses["400"]["$ref"].removeprefix("#/components/responses/")
    (told,) = document["components"]["responses"][name]["content"].values()

    assert f"#/components/schemas/{envelope}" == told["schema"]["$ref"]
    assert end == ("[DONE]" in responses["200"]["description"])


def test_apis_may_share_the_name_of_a_message():
    """Each keeps a schema of its own."""
    named = [package("fleet.files.v1"), package("fleet.vector_io.v1")]

    assert {"ErrorEnvelope", "FilesThing", "VectorIoThing"} == (
        openapi(named, "1")["components"]["schemas"].keys()
    )


def package(name):
    """Return a package with one method, `GET /v1/<name>`, that asks for and answers with one message, `Thing`."""
    proto = FieldDescriptorProto(name="id", type=FieldDescriptorProto.TYPE_STRING)
    thing = Message("Thing", "A thing.", (Field(proto, proto, "Its id.", {}),), {})
    return Package(
        name, messages={"Thing": thing}, services=[Service("S", "Serves.", (get(name),))]
    )


def get(name):
    """Return a method that answers `GET /v1/<name>`."""
    proto = contract.MethodDescriptorProto(
        name="Get", input_type=".p.Thing", output_type=".p.Thing"
    )
    return Method(proto, "Gets a thing.", (("GET", f"/v1/{name}"),), has_body=False, twin=None)


@pytest.mark.parametrize(("version", "theirs"), CASES)
def test_every_field_of_llama_stack_is_ours(schemas, version, theirs):
    """Callers of Llama Stack find all that they send and read."""
    their = LLAMA_STACK[version][theirs]

    assert (
        set()
        == {*their["required"], *their["optional"]} - schemas[OURS[theirs]]["properties"].keys()
    )


@pytest.mark.parametrize(("version", "theirs"), [c for c in CASES if "Request" in OURS[c[1]]])
def test_nothing_that_llama_stack_leaves_open_is_required(schemas, version, theirs):
    """A request that Llama Stack takes is not refused here for a field that it lacks."""
    required = schemas[OURS[theirs]]["required"]

    assert set(required) <= set(LLAMA_STACK[version][theirs]["required"])
