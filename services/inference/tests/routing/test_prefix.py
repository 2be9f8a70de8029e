"""Prompts that share what a KV cache could share have a key in common."""

import subprocess
import sys

from fleet.inference.v1 import messages as m
from fleet_inference.routing.prefix import BLOCK, chat_keys, completion_keys

INSTRUCTIONS = "You are a helpful assistant of the city library. " * 20


def chat(*texts, roles=("system", "user", "assistant", "user"), model="m"):
    messages = [m.ChatMessage(role=r, content=t) for r, t in zip(roles, texts, strict=False)]
    return chat_keys(m.ChatCompletionRequest(model=model, messages=messages))


def test_conversations_with_the_same_instructions_share_a_key():
    """Their questions differ, which their own keys tell."""
    one = chat(INSTRUCTIONS, "When do you open? " * 30)
    other = chat(INSTRUCTIONS, "Do you have Moby Dick? " * 30)

    assert one[0] == other[0]
    assert one[1] != other[1]


def test_a_conversation_keeps_its_keys_as_it_grows():
    """Each turn finds what the last one cached."""
    begun = chat(INSTRUCTIONS, "When do you open?")

    assert begun == chat(INSTRUCTIONS, "When do you open?", "At nine.", "And on Sundays? " * 100)


def test_without_instructions_the_first_question_counts():
    """A long document with a question behind it."""
    document = "Call me Ishmael. " * 100
    one, other = chat(document, roles=("user",)), chat(document, roles=("user",))

    assert one == other
    assert one != chat(document[1:], roles=("user",))


def test_other_models_share_nothing():
    """A runner may have several, each with its own cache."""
    assert chat(INSTRUCTIONS, "?", model="m")[0] != chat(INSTRUCTIONS, "?", model="n")[0]


def test_short_prompts_have_no_keys():
    """They cost nothing to read again, so load alone decides."""
    assert chat("Be brief.", "Hi!") is None
    assert completion_keys(m.CompletionRequest(model="m", prompt="x" * (BLOCK - 1))) is None


def test_parts_of_a_message_are_read_as_its_text():
    """The two forms mean the same."""
    part = m.ContentPart(type="text", text=INSTRUCTIONS)
    messages = [m.ChatMessage(role="user", content=[part])]

    assert chat(INSTRUCTIONS, roles=("user",)) == chat_keys(
        m.ChatCompletionRequest(model="m", messages=messages)
    )


def test_texts_and_tokens_have_keys_alike():
    """Callers who tokenise share prefixes as well."""
    tokens = list(range(500))
    asked = m.CompletionRequest(model="m", prompt=tokens)

    assert completion_keys(asked) is not None
    assert completion_keys(asked) == completion_keys(
        m.CompletionRequest(model="m", prompt=[tokens])
    )
    assert completion_keys(m.CompletionRequest(model="m", prompt=[])) is None


def test_keys_are_the_same_in_every_process():
    """Python's own hashes are not."""
    script = (
        "from fleet.inference.v1 import messages as m\n"
        "from fleet_inference.routing.prefix import completion_keys\n"
        "print(completion_keys(m.CompletionRequest(model='m', prompt='x' * 1000)))"
    )
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)

    assert completion_keys(m.CompletionRequest(model="m", prompt="x" * 1000)) == eval(told.stdout)
