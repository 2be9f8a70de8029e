"""Scores that need no model."""

import pytest

from fleet_eval.scoring.providers.basic import Basic

EQUAL = "basic::equality"
CHOICE = "basic::regex_parser_multiple_choice_answer"
MATH = "basic::regex_parser_math_response"
DOCVQA = "basic::docvqa"


def row(generated, expected):
    return {"generated_answer": generated, "expected_answer": expected}


@pytest.mark.parametrize(
    ("function", "generated", "expected", "wanted"),
    [
        (EQUAL, "Paris", "Paris", 1),
        (EQUAL, "Paris.", "Paris", 0),
        ("basic::subset_of", "It is Paris.", "Paris", 1),
        ("basic::subset_of", "It is Rome.", "Paris", 0),
        (CHOICE, "I think.\nAnswer: B", "B", 1),
        (CHOICE, "I think.\nAnswer: B", "C", 0),
        (CHOICE, "answer: **(b)**", "B", 1),
        (CHOICE, "答案\uff1aC", "C", 1),
        (CHOICE, "Réponse : D", "D", 1),
        (CHOICE, "الإجابة: ب", "B", 1),
        (CHOICE, "উত্তর: ড", "C", 1),
        (CHOICE, "Answer: Because", "B", 0),
        (CHOICE, "B", "B", 0),
        (MATH, r"So. The final answer is: $\boxed{\frac{1}{2}}$", "0.5", 1),
        (MATH, r"so \boxed{x=3}. Then \boxed{\dfrac{3}{4}} .", r"\frac34", 1),
        (MATH, r"\boxed{1,234 \text{ dollars}}", "1234", 1),
        (MATH, r"\boxed{\frac{a}{b}}", r"\tfrac{a}{b}", 1),
        (MATH, r"\boxed{\left(1, 2\right)}", "(1,2)", 1),
        (MATH, r"\boxed{50\%}", "50", 1),
        (MATH, r"\boxed{-\frac{1}{2}}", "-0.5", 1),
        (MATH, r"\boxed{2}", "3", 0),
        (MATH, r"\boxed{\frac{1}{0}}", "0", 0),
        (MATH, "It is 2.", "2", 0),
        (DOCVQA, "Acme  corp", ["Other", "ACME Corp"], 1),
        (DOCVQA, "Acme carp", '["acme corp"]', 1 - 1 / 9),
        (DOCVQA, "Acme", "acme", 1),
        (DOCVQA, "entirely wrong", ["acme"], 0),
    ],
)
async def test_scores(*, function, generated, expected, wanted, call):
    """Each by what its source says of such a pair."""
    basic = Basic(Basic.Config())
    (params,) = [each.params for each in basic.functions if each.name == function]
    scores = await basic.score(function, params, [row(generated, expected)], call)

    assert [{"score": pytest.approx(wanted)}] == scores


async def test_patterns_of_the_request_find_the_answer(scored):
    """And what is made of the scores is the request's too."""
    params = {
        "type": "regex_parser",
        "parsing_regexes": [r"nothing (x)", r"is (\w)"],
        "aggregation_functions": ["average", "median"],
    }
    rows = [row("it is A", "A"), row("it is B", "A")]
    scores, made = await scored(rows, CHOICE, params)

    assert [1, 0] == scores
    assert ["average", "median"] == list(made)


async def test_accuracy_is_made_of_the_scores_unless_something_else_is_asked_for(scored):
    """With Llama Stack's names, and how sure it is."""
    rows = [row("a", "a"), row("a", "b"), row("a", "a"), row("a", "a")]
    _, made = await scored(rows, EQUAL)
    accuracy = made["accuracy"]

    assert (0.75, 3, 4) == tuple(
        accuracy[name] for name in ("accuracy", "num_correct", "num_total")
    )
    assert "wilson" == accuracy["confidence_interval"]["method"]


@pytest.mark.parametrize(
    ("params", "code", "param"),
    [
        ({"type": "basic"}, "invalid_params", "params.type"),
        ({"type": "none"}, "invalid_value", None),
        (
            {"type": "regex_parser", "parsing_regexes": ["("]},
            "invalid_pattern",
            "params.parsing_regexes[0]",
        ),
        (
            {"type": "regex_parser", "parsing_regexes": ["(a)", "a"]},
            "invalid_pattern",
            "params.parsing_regexes[1]",
        ),
        (
            {"type": "regex_parser", "parsing_regexes": ["^((a|a)*)*$"]},
            "invalid_pattern",
            "parsing_regexes[0]",
        ),
        ({"type": "regex_parser", "aggregation_functions": ["mode"]}, "invalid_value", None),
    ],
)
async def test_parameters_that_are_wrong_are_refused(params, code, param, score):
    """A pattern that would run for ever too, and nobody else waits for it."""
    answer = await score([row("a" * 40 + "!", "a")], **{CHOICE: params})

    assert code == answer.error["code"]
    assert param is None or param == answer.error["param"]


@pytest.mark.parametrize(
    ("rows", "param"),
    [
        ([row("a", "a"), {"generated_answer": "a"}], "input_rows[1].expected_answer"),
        ([{"generated_answer": 1, "expected_answer": "a"}], "input_rows[0].generated_answer"),
        ([1], "input_rows[0]"),
    ],
)
async def test_rows_that_lack_something_are_refused(rows, param, score):
    """With the row and the column."""
    assert param == (await score(rows, **{EQUAL: None})).error["param"]


async def test_no_function_and_an_unknown_one_are_refused(score):
    """Before any row is looked at."""
    assert "scoring_functions" == (await score([{}])).error["param"]
    assert "scoring_function_not_found" == (await score([1], none=None)).error["code"]
