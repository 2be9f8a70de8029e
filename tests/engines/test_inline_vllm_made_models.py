"""`inline::vllm` with models that think before they speak, and with such as rerank, made for these tests."""

import pytest
import torch
from transformers import AutoModelForSequenceClassification, AutoTokenizer

pytestmark = pytest.mark.timeout(600)  # the first test waits for the engines

THOUGHT = "So it is."
SAID = " Yes, indeed!"
RERANK = "inference/rerank"
QUERY = "What lies around islands?"
ITEMS = ["The sea.", "A tax on land.", "Many an island lies in the sea, far from land.", "Cats."]


def rerank(fleet, items, **fields):
    """Ask the reranker; return its answer."""
    return fleet.post(RERANK, model="reranker", query=QUERY, items=items, **fields)


def scores_in(answer):
    """Return the scores by the places of their texts, in the answer's order."""
    assert 200 == answer.status, answer.body
    return {entry["index"]: entry["relevance_score"] for entry in answer.json()["data"]}


@pytest.fixture(scope="module")
def scores(made_models):
    """What transformers makes of each of `ITEMS`."""
    folder = made_models / "reranker"
    pairs = AutoTokenizer.from_pretrained(folder)(
        [QUERY] * len(ITEMS), ITEMS, padding=True, return_tensors="pt"
    )
    model = AutoModelForSequenceClassification.from_pretrained(folder, dtype="float32").eval()
    with torch.no_grad():
        return model(**pairs).logits.sigmoid().flatten().tolist()


def test_thoughts_stand_beside_what_is_said(thinker):
    """Callers show them elsewhere, or not at all; agents must not take them for the answer."""
    choice = thinker.chat("Is it so?").json()["choices"][0]
    message = choice["message"]

    assert (THOUGHT, SAID) == (message["reasoning_content"], message["content"])
    assert "stop" == choice["finish_reason"]
    assert "reasoning" not in message


def test_thoughts_are_streamed_before_what_is_said(thinker):
    """Each in the field of its own, piece by piece, and no tags in either."""
    chunks = thinker.chunks("Is it so?")
    deltas = [choice["delta"] for chunk in chunks for choice in chunk["choices"]]
    thoughts = [delta.get("reasoning_content") or "" for delta in deltas]
    words = [delta.get("content") or "" for delta in deltas]

    assert (THOUGHT, SAID) == ("".join(thoughts), "".join(words))
    assert len(list(filter(None, thoughts))) > 1
    assert not any(word and any(thoughts[place:]) for place, word in enumerate(words))


def test_a_thought_that_is_cut_off_is_not_said(thinker):
    """The answer has not begun yet."""
    choice = thinker.chat("Is it so?", max_tokens=3).json()["choices"][0]

    assert "length" == choice["finish_reason"]
    assert THOUGHT.startswith(choice["message"]["reasoning_content"])
    assert not choice["message"]["content"]


def test_texts_are_ordered_as_by_transformers(thinker, scores):
    """The scores are the same, and the best comes first."""
    answer = rerank(thinker, ITEMS)
    found = scores_in(answer)

    assert scores == pytest.approx([found[place] for place in range(len(ITEMS))], abs=1e-4)
    assert sorted(scores, reverse=True) == pytest.approx(list(found.values()), abs=1e-4)


def test_only_the_best_texts_are_wanted(thinker, scores):
    """`max_num_results` is for those who ask about thousands."""
    (best,) = rerank(thinker, ITEMS, max_num_results=1).json()["data"]

    assert max(scores) == scores[best["index"]]


def test_texts_to_rerank_may_be_content_parts(thinker):
    """Llama Stack's API has them so as well."""
    plain, parts = (
        scores_in(rerank(thinker, items))
        for items in (ITEMS, [{"type": "text", "text": item} for item in ITEMS])
    )

    assert plain == pytest.approx(parts, abs=1e-6)


def test_a_text_that_is_too_long_to_rerank_is_refused(thinker):
    """With OpenAI's code for it, and the field that it is in."""
    answer = rerank(thinker, ["sea " * 1000])
    error = answer.json()["error"]

    assert (400, "context_length_exceeded", "items") == (
        answer.status,
        error["code"],
        error["param"],
    )


def test_a_model_is_asked_for_what_it_does(thinker):
    """The engine tells what that is, so the rest is refused before it is asked."""
    wrong = [
        thinker.post(RERANK, query="a", items=["b"]),
        thinker.chat(model="reranker"),
        thinker.post("embeddings", model="reranker", input="a"),
    ]

    assert [(400, "model_type_mismatch")] * 3 == [
        (answer.status, answer.json()["error"]["code"]) for answer in wrong
    ]
