"""Whether responses follow instructions, as a program can check it."""

import pytest

from fleet_eval.scoring.basic.ifeval import ifeval

LONG = "One two three. Four five! Six?"
KINDS = [
    ("keywords:existence", {"keywords": ["two", "Five"]}, LONG, "One two."),
    ("keywords:frequency", {"keyword": "a", "frequency": 2, "relation": "at least"}, "a b a", "a"),
    ("keywords:frequency", {"keyword": "x", "frequency": 2, "relation": "less than"}, "x", "x x"),
    ("keywords:forbidden_words", {"forbidden_words": ["cat"]}, "A category.", "A Cat."),
    (
        "keywords:letter_frequency",
        {"letter": "E", "let_frequency": 3, "let_relation": "at least"},
        "eee",
        "ee",
    ),
    ("language:response_language", {"language": "de"}, "Das ist ein Satz auf Deutsch.", LONG),
    (
        "length_constraints:number_sentences",
        {"num_sentences": 3, "relation": "at least"},
        LONG,
        "One. Two",
    ),
    ("length_constraints:number_paragraphs", {"num_paragraphs": 2}, "a\n***\nb", "a\n\nb"),
    ("length_constraints:number_paragraphs", {"num_paragraphs": 2}, "***\na\n***\nb", "a *** "),
    (
        "length_constraints:number_words",
        {"num_words": 4, "relation": "less than"},
        "a b c",
        "a b c d",
    ),
    (
        "length_constraints:nth_paragraph_first_word",
        {"num_paragraphs": 2, "nth_paragraph": 2, "first_word": "then"},
        "First.\n\nThen, more.",
        "First.\n\nNow then.",
    ),
    ("detectable_content:number_placeholders", {"num_placeholders": 2}, "[a] and [b]", "[a]"),
    ("detectable_content:postscript", {"postscript_marker": "P.S."}, "Hi.\nP.S. Bye.", "Hi."),
    ("detectable_content:postscript", {"postscript_marker": "P.P.S"}, "Hi.\nP.P.S Bye.", "P.S. no"),
    ("detectable_format:number_bullet_lists", {"num_bullets": 2}, "* a\n- b", "* a\n**b**"),
    ("detectable_format:constrained_response", {}, "My answer is no.", "No."),
    (
        "detectable_format:number_highlighted_sections",
        {"num_highlights": 2},
        "*a* and **b**",
        "*a* and ** **",
    ),
    (
        "detectable_format:multiple_sections",
        {"section_spliter": "SECTION", "num_sections": 2},
        "SECTION 1\na\nSECTION 2\nb",
        "SECTION 1\na",
    ),
    ("detectable_format:json_format", {}, '```json\n{"a": 1}\n```', "{a}"),
    ("detectable_format:title", {}, "<<A title>>\ntext", "<< >>"),
    ("combination:two_responses", {}, "a\n******\nb", "a\n******\na"),
    ("combination:repeat_prompt", {"prompt_to_repeat": "Say it."}, "Say it. It.", "It."),
    ("startend:end_checker", {"end_phrase": "The end."}, "So. the end.", "The end. So"),
    ("startend:quotation", {}, '"all of it"', '"a part" of it'),
    (
        "change_case:capital_word_frequency",
        {"capital_frequency": 2, "capital_relation": "at least"},
        "ALL of IT",
        "ALL of it",
    ),
    ("change_case:english_capital", {}, "THIS IS WRITTEN IN ENGLISH.", "This is not."),
    ("change_case:english_lowercase", {}, "this is written in english.", "This is not."),
    ("punctuation:no_comma", {}, "None here.", "One, here."),
]


def row(names, arguments, response):
    return {"instruction_id_list": names, "kwargs": arguments, "generated_answer": response}


@pytest.mark.parametrize(("name", "arguments", "good", "bad"), KINDS)
def test_instructions(name, arguments, good, bad):
    """One that follows each, and one that does not."""
    rows = [row([name], [arguments], response) for response in (good, bad, "  ")]

    assert [1, 0, 0] == [ifeval(each, 0)["score"] for each in rows]


async def test_the_share_of_instructions_counts_by_how_many_there_are(score):
    """So that the weighted average is the accuracy of instructions; arguments may be JSON."""
    rows = [
        row(["punctuation:no_comma", "startend:quotation"], "[{}, {}]", "None"),
        row(["punctuation:no_comma"], [{}], "Sure, here:\nNone"),
    ]
    answer = await score(rows, **{"basic::ifeval": None})
    result = answer.json["results"]["basic::ifeval"]

    assert [
        {"score": 0.5, "weight": 2, "loose_score": 0.5, "followed": [True, False]},
        {"score": 0, "weight": 1, "loose_score": 1, "followed": [False]},
    ] == result["score_rows"]
    assert 1 / 3 == pytest.approx(
        result["aggregated_results"]["weighted_average"]["weighted_average"]
    )


@pytest.mark.parametrize(
    ("names", "arguments"),
    [
        (["none:such"], [{}]),
        ([], []),
        (["punctuation:no_comma"], []),
        (["punctuation:no_comma"], "{"),
        ("punctuation:no_comma", [{}]),
        (["keywords:existence"], [{}]),
        (["length_constraints:number_words"], [{"num_words": "x", "relation": "at least"}]),
    ],
)
async def test_instructions_that_are_none_are_refused(names, arguments, score):
    """With the row."""
    answer = await score([row(names, arguments, "text")], **{"basic::ifeval": None})

    assert "input_rows[0].instruction_id_list" == answer.error["param"]
