"""How long the model server and the MCP server take themselves, as a client sees them that does nothing else."""

import time
from statistics import median
from typing import NamedTuple

from fleet_bench.load import BadAnswerError, Connection, connect
from fleet_bench.responses import tool_client
from fleet_bench.responses.script import chats
from fleet_bench.responses.sides import World

_TIMES = 50


class Alone(NamedTuple):
    """Medians, in milliseconds."""

    call_ms: float
    """Of the model's answer that calls the tool."""
    tool_ms: float
    """Of the tool, in a session that is open."""
    text_ms: float
    """Of the model's answer that is a text."""

    def of(self, steps: int) -> float:
        """Return what all steps of a response take: the text alone, or a call of the tool before it."""
        return self.text_ms if steps == 1 else sum(self)


async def alone(behind: World) -> Alone:
    """Measure all three."""
    model, tools = await connect(behind.model), await connect(behind.tools)
    try:
        tool = await tool_client.opened(tools)
        tool_client.check_call(await tools.call(tool))
        call, text = chats()
        return Alone(
            await _median_ms(model, call),
            await _median_ms(tools, tool),
            await _median_ms(model, text),
        )
    finally:
        model.close()
        tools.close()


async def _median_ms(connection: Connection, request: bytes) -> float:
    took = []
    for _ in range(_TIMES):
        begun = time.perf_counter()
        answer = await connection.call(request)
        took.append(time.perf_counter() - begun)
        if not answer.startswith(b"HTTP/1.1 200"):
            raise BadAnswerError(answer[:500].decode(errors="replace"))
    return median(took) * 1e3
