"""Answers that match what was asked for, from a model of random weights."""

import json
import re

import pytest

from fleet_engine.errors import InvalidGrammar
from fleet_engine.generation import SamplingParams

PROMPT = list(range(10, 40))
SCHEMA = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "maxLength": 5},
        "age": {"type": "integer", "minimum": 0, "maximum": 99},
        "kind": {"enum": ["cat", "dog"]},
    },
    "required": ["name", "age", "kind"],
}


async def text_of(engine, grammar, **params) -> str:
    """Return an answer, which must have ended by itself."""
    text, reason = "", None
    async for step in engine.generate(PROMPT, SamplingParams(**params), grammar):
        text, reason = text + step.text, step.finish_reason
    assert reason == "stop"
    return text


@pytest.mark.parametrize("seed", range(5))
async def test_an_answer_matches_its_schema(engine, seed):
    grammar = await engine.grammars.json_schema(SCHEMA)

    answer = json.loads(await text_of(engine, grammar, seed=seed))

    assert {"name", "age", "kind"} == answer.keys()
    assert answer["kind"] in {"cat", "dog"}
    assert 0 <= answer["age"] <= 99


async def test_any_json_object_is_an_object(engine):
    grammar = await engine.grammars.json_object()
    # Random weights never end a string, so make the quote and the brace likely.
    likely = dict.fromkeys(engine.tokenizer.encode('"}'), 8.0)

    assert isinstance(json.loads(await text_of(engine, grammar, seed=1, logit_bias=likely)), dict)


async def test_an_answer_matches_its_regex(engine):
    grammar = await engine.grammars.regex(r"[0-9]{3}-[a-f]+x")

    answer = await text_of(engine, grammar, seed=3, logit_bias={engine.tokenizer.encode("x")[0]: 5})

    assert re.fullmatch(r"[0-9]{3}-[a-f]+x", answer)


async def test_an_answer_matches_its_grammar(engine):
    grammar = await engine.grammars.ebnf('root ::= "yes" | "no"')

    assert await text_of(engine, grammar) in {"yes", "no"}


async def test_structural_tags_fix_the_form_of_calls(engine):
    """As tool calls want it: free text, but a call's arguments by its schema."""
    tag = {
        "type": "structural_tag",
        "format": {
            "type": "tag",
            "begin": "<call>",
            "content": {"type": "json_schema", "json_schema": SCHEMA},
            "end": "</call>",
        },
    }
    grammar = await engine.grammars.structural_tag(tag)

    answer = await text_of(engine, grammar, seed=5)

    call = re.fullmatch(r"<call>(.*)</call>", answer, re.DOTALL)
    assert {"name", "age", "kind"} == json.loads(call[1]).keys()


async def test_guided_and_free_answers_run_together(engine):
    grammar = await engine.grammars.ebnf('root ::= "yes" | "no"')
    free = engine.generate(PROMPT, SamplingParams(temperature=0, max_tokens=99, ignore_eos=True))
    await anext(free)

    assert await text_of(engine, grammar) in {"yes", "no"}
    await free.aclose()


async def test_a_grammar_ends_even_if_end_tokens_are_ignored(engine):
    """After the end nothing else is allowed; going on would only repeat the end token."""
    grammar = await engine.grammars.ebnf('root ::= "yes"')

    assert await text_of(engine, grammar, ignore_eos=True) == "yes"


async def test_the_same_grammar_is_compiled_once(engine):
    first = await engine.grammars.json_schema(SCHEMA)

    assert await engine.grammars.json_schema(dict(SCHEMA)) is first


@pytest.mark.parametrize(
    ("kind", "source"),
    [
        ("json_schema", {"type": "nonsense"}),
        ("json_schema", {"$ref": "#/nowhere"}),
        ("regex", "(["),
        ("ebnf", "root ::= missing"),
        ("ebnf", "no grammar"),
        ("structural_tag", {"type": "nonsense"}),
    ],
)
async def test_what_cannot_be_compiled_says_why(engine, kind, source):
    """In words, not by the place in somebody's C++ where it was found."""
    with pytest.raises(InvalidGrammar, match=f"^cannot use this {kind}: [A-Z].+[^\n]$") as caught:
        await getattr(engine.grammars, kind)(source)

    assert ".cc" not in str(caught.value)
