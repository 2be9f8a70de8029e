"""Arguments are checked against a tool's schema, in bounded time, whatever the schema."""

import time

import pytest

from fleet_tools.schema_check import mismatch

WEATHER = {
    "type": "object",
    "properties": {
        "city": {"type": "string", "minLength": 1},
        "days": {"type": "integer", "minimum": 1, "maximum": 7},
        "unit": {"enum": ["C", "F"]},
        "hours": {"type": "array", "items": {"type": "number"}, "maxItems": 3},
        "place": {"$ref": "#/$defs/Place"},
        "note": {"anyOf": [{"type": "string"}, {"type": "null"}]},
    },
    "required": ["city"],
    "additionalProperties": False,
    "$defs": {
        "Place": {"type": "object", "required": ["lat"], "properties": {"lat": {"type": "number"}}}
    },
}


@pytest.mark.parametrize(
    "value",
    [
        {"city": "Rome"},
        {"city": "Rome", "days": 7, "unit": "C", "hours": [1, 2.5], "place": {"lat": 1}},
        {"city": "Rome", "days": 3.0, "note": None},
    ],
)
def test_what_fits_passes(value):
    """A whole number may be written with a point, as JSON Schema has it."""
    assert mismatch(value, WEATHER) is None


@pytest.mark.parametrize(
    ("value", "path", "reason"),
    [
        ({}, "city", "is required"),
        ({"city": 1}, "city", "must be a string"),
        ({"city": ""}, "city", "must have 1 letters or more"),
        ({"city": "Rome", "days": True}, "days", "must be an integer"),
        ({"city": "Rome", "days": 8}, "days", "must be 7 or less"),
        ({"city": "Rome", "unit": "K"}, "unit", "must be one of: C, F"),
        ({"city": "Rome", "hours": [1, "2"]}, "hours[1]", "must be a number"),
        ({"city": "Rome", "hours": [1, 2, 3, 4]}, "hours", "must have 3 items or less"),
        ({"city": "Rome", "place": {}}, "place.lat", "is required"),
        ({"city": "Rome", "note": 1}, "note", "must be a string, or must be null"),
        (
            {"city": "Rome", "town": "x"},
            "town",
            "is unknown; known are: city, days, unit, hours, place, note",
        ),
        ([], "", "must be an object"),
    ],
)
def test_what_does_not_fit_is_told_by_its_place(value, path, reason):
    """The model corrects that, and nothing else."""
    found = mismatch(value, WEATHER)

    assert (path, reason) == (found.path, found.reason)


@pytest.mark.parametrize(
    "schema",
    [
        {"$ref": "#"},
        {"$ref": "#/$defs/a", "$defs": {"a": {"anyOf": [{"$ref": "#/$defs/a"}] * 8}}},
        {"allOf": [{"$ref": "#"}] * 8},
        {"enum": [[0] * 1000] * 10_000},
        {"type": "string", "pattern": "(a+)+$"},
        {"items": {"enum": list(range(10_000))}},
    ],
)
def test_a_schema_that_asks_for_too_much_is_given_up(schema):
    """It came from a server that a caller named, and all others wait."""
    begun = time.perf_counter()
    for value in ("a" * 100_000 + "!", list(range(1000))):
        mismatch(value, schema)

    assert time.perf_counter() - begun < 2.0


@pytest.mark.parametrize(
    "schema",
    [
        *(True, None, [], {}, {"type": 1}, {"type": [[]]}, {"required": [{}], "properties": []}),
        {"enum": 1, "anyOf": {}, "$ref": "#/nowhere", "minimum": "a", "items": 3},
        {"$ref": "http://other.example/schema"},
    ],
)
def test_a_schema_that_is_none_lets_all_pass(schema):
    """The tool itself will say what is wrong."""
    assert mismatch({"a": [1]}, schema) is None
