"""What a WebSocket's connection remembers: the newest response that is not stored, so that the next can go on from it.

Format: https://platform.openai.com/docs/guides/websocket-mode
"""

from fleet_agents.responses.run import Run
from fleet_agents.responses.steps import Step
from fleet_runtime.call import Call

_KEY = "response"


def remembered(call: Call, response_id: str) -> list[Step] | None:
    """Return the steps of a response and of all before it, if the connection of `call` remembers it."""
    newest = (call.memory or {}).get(_KEY)
    return newest[1] if newest is not None and newest[0] == response_id else None


def remember(call: Call, run: Run) -> None:
    """Have the connection of `call` remember a response that is not stored; after one that failed, nothing."""
    if call.memory is None or run.response.store:
        return
    if run.error is None:
        call.memory[_KEY] = (run.response.id, run.all_steps())
    else:
        call.memory.pop(_KEY, None)
