"""Makes responses over a WebSocket with the openai SDK 3.x."""

import openai
from scenarios import FACTS, tell

client = openai.OpenAI(base_url=FACTS.base_url, api_key="none")


def heard(connection):
    """Return the events up to the end of one response."""
    seen = []
    for event in connection:
        seen.append(event)
        if event.type in ("response.completed", "response.incomplete", "response.failed", "error"):
            return seen
    return seen


def turns():
    settings = {"model": FACTS.chat, "store": False, "max_output_tokens": 16}
    with client.responses.connect() as connection:
        connection.response.create(input="Hello there", **settings)
        first = heard(connection)
        newest = first[-1].response.id
        connection.response.create(input="And now", previous_response_id=newest, **settings)
        second = heard(connection)
        connection.response.create(input="And then", previous_response_id="resp_nope", **settings)
        refused = heard(connection)
    return {
        "types": [first[0].type, first[-1].type, second[-1].type],
        "numbers": [event.sequence_number for event in second] == list(range(len(second))),
        "previous": second[-1].response.previous_response_id == newest,
        "refused": [refused[-1].type, refused[-1].to_dict()["error"]["code"]],
    }


tell({"turns": turns})
