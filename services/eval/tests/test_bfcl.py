"""Whether calls of functions are the expected ones."""

import json

import pytest

from fleet_eval.scoring.basic.bfcl import bfcl

ONE = [{"math.area": {"base": [6, 6.0], "unit": ["cm", ""]}}]
TWO = [{"f": {"a": [1]}}, {"f": {"a": [2]}}]
DEEP = [{"find": {"where": [{"city": ["New York"], "rooms": [2, ""]}], "ids": [[1, 2], [3]]}}]
FLAG = [{"set": {"on": [True]}}]


def row(answer, truth):
    return {"generated_answer": answer, "ground_truth": truth}


@pytest.mark.parametrize(
    ("answer", "truth", "wanted"),
    [
        ("[math.area(base=6, unit='cm')]", ONE, 1),
        ("math.area(base=6.0)", ONE, 1),
        ("```python\n[math.area(unit='CM', base=6)]\n```", ONE, 1),
        ("[math.area(base=6)]", json.dumps(ONE), 1),
        ("[math.area(base=7)]", ONE, 0),
        ("[math.area(unit='cm')]", ONE, 0),
        ("[math.area(base=6, height=1)]", ONE, 0),
        ("[area(base=6)]", ONE, 0),
        ("[math.area(6)]", ONE, 0),
        ("[math.area(base=six)]", ONE, 0),
        ("I would call it.", ONE, 0),
        ("[f(a=2), f(a=1)]", TWO, 1),
        ("[f(a=1), f(a=1)]", TWO, 0),
        ("[f(a=1)]", TWO, 0),
        ("[find(where={'city': 'new-york'}, ids=[3])]", DEEP, 1),
        ("[find(where={'city': 'new york', 'rooms': 2}, ids=[1, 2])]", DEEP, 1),
        ("[find(where={'city': 'new york', 'pets': 2}, ids=[1, 2])]", DEEP, 0),
        ("[find(where={'rooms': 2}, ids=[1, 2])]", DEEP, 0),
        ("[find(where={'city': 'new york'}, ids=[2, 1])]", DEEP, 0),
        ("[set(on=True)]", FLAG, 1),
        ("[set(on=1)]", FLAG, 0),
        ("None of these can do that.", [], 1),
        ("[]", [], 1),
        ("[f(a=1)]", [], 0),
        ("[" * 5000, ONE, 0),
    ],
)
def test_calls(answer, truth, wanted):
    """By their trees, not by their texts."""
    assert wanted == bfcl(row(answer, truth), 0)


@pytest.mark.parametrize("truth", [None, "x", [1], [{}], [{"f": {"a": 1}}], [{"f": {}, "g": {}}]])
async def test_a_ground_truth_that_is_none_is_refused(truth, score):
    """With the row."""
    answer = await score([row("[f()]", truth)], **{"basic::bfcl": None})

    assert "input_rows[0].ground_truth" == answer.error["param"]
