"""`inline::executorch`: a tiny random Llama, exported by ExecuTorch itself, behind a service that runs it.

Both happen in an environment of their own, as ExecuTorch brings more packages than all other tests together.
"""

import asyncio
import json
import subprocess
from contextlib import aclosing
from pathlib import Path

import pytest
import tokenizers
import torch
from transformers import LlamaConfig, LlamaForCausalLM

from fleet.inference.v1 import messages as m
from fleet.inference.v1.operations import InferenceServiceClient, ModelServiceClient
from fleet_runtime.call import Call
from fleet_runtime.clients import Channel
from fleet_runtime.errors import FleetError
from fleet_testing import peers
from fleet_testing.service import ServiceError, running_service

HERE = Path(__file__).parent
SIZE, EOS, CONTEXT, CHUNK = 320, 1, 96, 8
TEMPLATE = "{% for message in messages %}{{ message['content'] }}{% endfor %}"
HELLO = "hello executorch"

# The first test waits for pip, and for the export.
pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def python():
    """The interpreter of the environment with ExecuTorch."""
    return peers.executorch() / "python"


@pytest.fixture(scope="module")
def folder(python, tmp_path_factory):
    """A Llama as Hugging Face keeps it, with its `.pte` beside it."""
    folder = tmp_path_factory.mktemp("llama")
    torch.manual_seed(0)
    shape = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 1}
    heads = {"num_attention_heads": 4, "num_key_value_heads": 2, "initializer_range": 0.3}
    config = LlamaConfig(vocab_size=SIZE, eos_token_id=EOS, **shape, **heads)
    LlamaForCausalLM(config).save_pretrained(folder)
    write_tokenizer(folder)
    arguments = (folder, folder / "model.pte", str(CONTEXT), str(CHUNK))
    subprocess.run([python, HERE / "export_llama.py", *arguments], check=True, timeout=800)
    return folder


def write_tokenizer(folder):
    """Write a tokenizer with a token for each byte, after `<s>` and `</s>`."""
    alphabet = sorted(tokenizers.pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {piece: id_ for id_, piece in enumerate(["<s>", "</s>", *alphabet])}
    made = tokenizers.Tokenizer(tokenizers.models.BPE(vocabulary, []))
    made.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = tokenizers.decoders.ByteLevel()
    made.add_special_tokens(["<s>", "</s>"])
    made.save(str(folder / "tokenizer.json"))
    (folder / "tokenizer_config.json").write_text(json.dumps({"chat_template": TEMPLATE}))


def config(model, **settings):
    provider = {
        "id": "phone",
        "type": "inline::executorch",
        "config": {"model": str(model)} | settings,
    }
    names = [{"id": "llama", "provider": "phone", "provider_model_id": str(model)}]
    return {"providers": [provider], "models": names}


@pytest.fixture(scope="module")
def address(python, folder):
    with running_service("fleet_inference", config(folder), python) as address:
        yield address


@pytest.fixture
async def channel(address):
    channel = Channel("inference", at=address)
    yield channel
    await channel.aclose()


@pytest.fixture
def inference(channel):
    return InferenceServiceClient(channel)


def call():
    return Call("/test/Typed")


def completion(prompt=HELLO, **fields):
    greedy = {"max_tokens": 20, "temperature": 0.0, "ignore_eos": True}
    return m.CompletionRequest(model="llama", prompt=prompt, **greedy | fields)


@torch.inference_mode()
def continued(folder, prompt, length):
    """Return transformers' greedy continuation of a text."""
    model = LlamaForCausalLM.from_pretrained(folder).eval()
    tokenizer = tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json"))
    ids = tokenizer.encode(prompt).ids
    for _ in range(length):
        ids.append(int(model(torch.tensor([ids])).logits[0, -1].argmax()))
    table = {id_: piece for piece, id_ in tokenizer.get_vocab().items()}
    return tokenizer.decode([id_ for id_ in ids[-length:] if id_ in table])


async def test_greedy_text_equals_that_of_transformers(inference, folder):
    """Prompts are longer than what the program reads at once, and follow one another in one cache."""
    for prompt in (HELLO, HELLO[:7], "hello world, and all that is in it", HELLO):
        answer = await inference.create_completion(completion(prompt), call())

        # Half a character at the end is not shown.
        assert continued(folder, prompt, 20).rstrip("\ufffd") == answer.choices[0].text.rstrip(
            "\ufffd"
        )
        assert len(prompt) == answer.usage.prompt_tokens


async def test_conversations_are_answered_and_streamed(inference):
    """By the same code that answers for the fleet's own engine."""
    message = m.ChatMessage(role="user", content=HELLO)
    request = m.ChatCompletionRequest(
        model="llama", messages=[message], temperature=0.0, max_tokens=12, ignore_eos=True
    )
    whole = await inference.create_chat_completion(request, call())
    request.stream, request.stream_options = True, m.StreamOptions(include_usage=True)
    chunks = [chunk async for chunk in inference.stream_chat_completion(request, call())]

    text = "".join(c.choices[0].delta.content or "" for c in chunks if c.choices)
    assert (whole.choices[0].message.content, "length") == (text, whole.choices[0].finish_reason)
    assert whole.usage.completion_tokens == chunks[-1].usage.completion_tokens == 12


async def test_a_schema_holds_the_model(inference):
    """Logits come out of the program, so guided decoding works as everywhere."""
    schema = {
        "type": "object",
        "properties": {"n": {"type": "integer", "maximum": 9, "minimum": 0}},
    }
    wanted = json.dumps(schema | {"required": ["n"], "additionalProperties": False}).encode()
    answer = await inference.create_chat_completion(
        m.ChatCompletionRequest(
            model="llama",
            messages=[m.ChatMessage(role="user", content=HELLO)],
            max_tokens=40,
            seed=1,
            response_format=m.ResponseFormat(
                type="json_schema", json_schema=m.JsonSchema(name="n", schema=m.Raw(wanted))
            ),
        ),
        call(),
    )

    assert 0 <= json.loads(answer.choices[0].message.content)["n"] <= 9


async def test_a_caller_who_leaves_makes_room_for_the_next(inference):
    """There is one cache; an answer that nobody reads must not hold it."""
    left = completion(max_tokens=CONTEXT - len(HELLO), stream=True)
    async with aclosing(inference.stream_completion(left, call())) as chunks:
        await anext(chunks)

    async with asyncio.timeout(20):
        answer = await inference.create_completion(completion(max_tokens=1), call())
    assert 1 == answer.usage.completion_tokens


async def test_too_long_a_prompt_is_refused(inference):
    """The program itself would fail in the middle."""
    with pytest.raises(FleetError, match=f"maximum context length is {CONTEXT}") as caught:
        await inference.create_completion(completion("x" * CONTEXT), call())
    assert (400, "context_length_exceeded") == (caught.value.status, caught.value.code)


async def test_the_model_is_listed_with_its_context(channel):
    """Which the file says."""
    listed = await ModelServiceClient(channel).list_models(m.ListModelsRequest(), call())

    metadata = json.loads(
        bytes({model.id: model for model in listed.data}["llama"].custom_metadata)
    )
    assert ("llm", CONTEXT) == (metadata["model_type"], metadata["context_length"])


def test_a_file_that_is_no_program_is_told_plainly(python, tmp_path):
    """Before any call."""
    file = tmp_path / "broken.pte"
    file.write_bytes(b"no program at all" * 100)

    with (
        pytest.raises(ServiceError, match=r"broken\.pte is no ExecuTorch program"),
        running_service("fleet_inference", config(file), python),
    ):
        pass
