"""How a fake of IBM watsonx.ai continues texts.

Format: https://cloud.ibm.com/apidocs/watsonx-ai#text-generation,
https://cloud.ibm.com/apidocs/watsonx-ai#text-generation-stream
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from fleet_testing.native_script import Asked, Script, StopKind, Turn
from fleet_testing.openai_answers import Json

PATHS = ("/ml/v1/text/generation", "/ml/v1/text/generation_stream")
"""Where texts are continued, whole and piece by piece."""

_FIELDS = {"input", "model_id", "moderations", "parameters", "project_id", "space_id"}
_PARAMETERS = frozenset(
    re.findall(
        r"\w+",
        """
    decoding_method include_stop_sequence length_penalty max_new_tokens min_new_tokens prompt_variables
    random_seed repetition_penalty return_options stop_sequences temperature time_limit top_k top_p
    truncate_input_tokens typical_p
        """,
    )
)
_STOPS: Mapping[StopKind, str] = {"stop": "eos_token", "length": "max_tokens"}


@dataclass(frozen=True)
class AskedToContinue(Asked):
    """What a request asks, and how many of the likeliest tokens are to be told at each place; nothing if none is."""

    logprobs: int | None = None


def asked_to_continue(body: Json, *, stream: bool) -> AskedToContinue:
    """Return what the body of a request to continue a text asks.

    Raises:
        ValueError: IBM would refuse it.
    """
    parameters = body.get("parameters", {})
    unknown = [*(body.keys() - _FIELDS), *(parameters.keys() - _PARAMETERS)]
    if unknown:
        raise ValueError(f"Json document validation error: unknown field {unknown.pop()}")
    if not (body.get("project_id") or body.get("space_id")):
        raise ValueError("Either space_id or project_id has to be given")
    if parameters.get("decoding_method", "sample") not in ("greedy", "sample"):
        raise ValueError("decoding_method")
    returned = parameters.get("return_options", {})
    told = returned.get("generated_tokens") and returned.get("token_logprobs")
    return AskedToContinue(
        model=body["model_id"],
        turns=(Turn("user", (str(body["input"]),)),),
        stream=stream,
        max_tokens=parameters.get("max_new_tokens"),
        temperature=parameters.get("temperature"),
        top_p=parameters.get("top_p"),
        stop=tuple(parameters.get("stop_sequences", ())),
        logprobs=returned.get("top_n_tokens", 0) if told else None,
    )


def continued(asked: AskedToContinue, said: Script) -> Json:
    """Return an answer in one."""
    result = _result("".join(said.words), _STOPS[said.stop], said.produced, said.read)
    return _answer(asked, result | _tokens(asked, said.words))


def continued_events(asked: AskedToContinue, said: Script) -> Iterator[Json]:
    """Yield the events of a streamed answer. The first is empty, and the next says what was read."""
    yield {}
    yield _answer(asked, _result("", "not_finished", 0, said.read))
    for place, word in enumerate(said.words):
        result = _result(word, "not_finished", min(place + 1, said.produced), 0)
        yield _answer(asked, result | _tokens(asked, (word,)))
    yield _answer(asked, _result("", _STOPS[said.stop], said.produced, 0))


def _answer(asked: AskedToContinue, result: Json) -> Json:
    return {
        "model_id": asked.model,
        "created_at": "2026-01-01T00:00:00.000Z",
        "results": [result],
    }


def _result(text: str, reason: str, produced: int, read: int) -> Json:
    return {
        "generated_text": text,
        "generated_token_count": produced,
        "input_token_count": read,
        "stop_reason": reason,
    }


def _tokens(asked: AskedToContinue, words: tuple[str, ...]) -> Json:
    """Return how likely each word was, where that is asked: as likely as it is short."""
    if asked.logprobs is None:
        return {}
    return {"generated_tokens": [_token(word, asked.logprobs) for word in words]}


def _token(word: str, most: int) -> Json:
    token: Json = {"text": word, "logprob": -float(len(word)), "rank": 1}
    likely = [{"text": word, "logprob": -float(len(word))}, {"text": "?", "logprob": -9.0}]
    return token | ({"top_tokens": likely[:most]} if most else {})
