"""What is known of the types of items and parts."""

from typing import get_args, get_type_hints

from fleet.agents.v1 import messages as m
from fleet_agents.items.checks import ITEM_NEEDS, PART_NEEDS


def literals(hint):
    """Return the texts that a type allows."""
    if isinstance(hint, str):
        return {hint}
    return {text for inner in get_args(hint) for text in literals(inner)}


def test_every_type_of_item_and_part_is_known():
    """A type that the contract gains must be checked too."""
    assert literals(get_type_hints(m.Item)["type"]) == set(ITEM_NEEDS)
    assert literals(get_type_hints(m.Part)["type"]) == set(PART_NEEDS)
