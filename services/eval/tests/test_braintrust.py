"""Scores of Braintrust's library, by models of the fleet."""

import pytest

pytestmark = pytest.mark.slow

ROW = {
    "input_query": "Which city?",
    "generated_answer": "Paris is it.",
    "expected_answer": "Paris",
    "context": ["Paris is the capital.", "It is on the Seine."],
}


@pytest.fixture
def settings(settings):
    config = {"model": "chat", "embedding_model": "encoder"}
    braintrust = {"id": "braintrust", "type": "inline::braintrust", "config": config}
    return settings | {"scoring": [braintrust]}


async def test_factuality(models, score):
    """The choice of the model is a mark of the library's; why it chose so is kept."""
    models.says = lambda prompt: {"select_choice": {"reasons": ["because"], "choice": "A"}}
    answer = await score([ROW], **{"braintrust::factuality": None})
    result = answer.json["results"]["braintrust::factuality"]

    assert [{"score": 0.4, "metadata": {"choice": "A", "rationale": "because"}}] == result[
        "score_rows"
    ]
    assert {"average": {"average": 0.4}} == result["aggregated_results"]
    assert ["chat"] == [asked.model for asked in models.asked]
    assert "Paris is it." in str(models.asked[0].messages[-1].content)


async def test_answer_similarity(scored):
    """By the vectors of the fleet's encoder."""
    same = ROW | {"generated_answer": "Paris"}
    scores, _ = await scored([same, ROW], "braintrust::answer-similarity")

    assert 1 == pytest.approx(scores[0])
    assert scores[1] < 0.9


async def test_context_recall(models, scored):
    """Each statement of the expected answer follows from the context or not."""
    statements = [{"statement_1": "a", "reason": "b", "attributed": flag} for flag in (1, 0)]
    models.says = lambda prompt: {"extract_statements": {"statements": statements}}
    scores, _ = await scored([ROW], "braintrust::context-recall")

    assert [0.5] == scores


async def test_context_relevancy(models, scored):
    """The sentences that matter, by their length."""
    models.says = lambda prompt: {
        "extract_sentences": {"sentences": [{"sentence": "Paris is the capital.", "reasons": []}]}
    }
    scores, _ = await scored([ROW], "braintrust::context-relevancy")

    assert [pytest.approx(21 / 41)] == scores


async def test_a_model_that_calls_no_tool_is_told_of(models, score):
    """It is the model's failure, and names the row."""
    models.says = lambda prompt: "I would say A."
    answer = await score([ROW], **{"braintrust::factuality": None})

    assert ("bad_answer", "server_error") == (answer.error["code"], answer.error["type"])
    assert "row 0" in answer.error["message"]


async def test_a_row_without_context_is_refused(score):
    """Where the function reads it."""
    row = {name: ROW[name] for name in ROW if name != "context"}
    answer = await score([row], **{"braintrust::faithfulness": None})

    assert "input_rows[0].context" == answer.error["param"]


async def test_all_functions_are_there(rest):
    """The nine of Llama Stack."""
    listed = (await rest.functions("ListScoringFunctions", "/v1/scoring-functions")).json["data"]
    names = (
        "answer-correctness answer-relevancy answer-similarity context-entity-recall"
        " context-precision context-recall context-relevancy factuality faithfulness"
    )

    assert [f"braintrust::{name}" for name in names.split()] == [
        each["identifier"] for each in listed
    ]
