"""The names of items, which tell of the response that put them out."""

from fleet_agents.items.ids import ids_around, item_id, new_id


def test_the_name_of_an_item_leads_to_its_response():
    """So that a reference to it is found without an index of all items."""
    response = new_id("resp")

    low, high = ids_around(item_id("message", response))

    assert low <= response < high
    assert not low <= new_id("resp") < high


def test_items_of_one_response_have_names_of_their_own():
    """Of the same form as all others."""
    response = new_id("resp")
    names = {item_id("message", response) for _ in range(1000)}

    assert 1000 == len(names)
    assert {len("msg_") + 48} == {len(name) for name in names}


def test_names_that_were_not_made_here_lead_nowhere():
    """Callers may name their items as they like."""
    for name in ("", "msg_1", "msg_" + "g" * 48, "é" * 48):
        assert ids_around(name) is None
    assert 48 == len(item_id("message", "a response of somebody's").removeprefix("msg_"))
