"""Runs agents with the OpenAI Agents SDK: its own loop, with tools of its own and with tools of MCP servers."""

import asyncio

from agents import (
    Agent,
    HostedMCPTool,
    ModelSettings,
    OpenAIResponsesModel,
    Runner,
    function_tool,
    set_tracing_disabled,
)
from openai import AsyncOpenAI
from scenarios import FACTS, tell

set_tracing_disabled(True)
CALLS = []


@function_tool
def say(text: str) -> str:
    """Say a word."""
    CALLS.append(text)
    return f"Said {text}"


def agent(*tools):
    settings = ModelSettings(temperature=0, max_tokens=40)
    # By its name alone the SDK would take what is before the slash for a vendor.
    client = AsyncOpenAI(base_url=FACTS.base_url, api_key="none")
    model = OpenAIResponsesModel(model=FACTS.chat, openai_client=client)
    return Agent(name="speaker", model=model, tools=list(tools), model_settings=settings)


def own_tool():
    result = Runner.run_sync(agent(say), "hello", max_turns=4)
    return [list(CALLS), result.final_output]


def streamed():
    async def run():
        result = Runner.run_streamed(agent(say), "hello", max_turns=4)
        kinds = [event.type async for event in result.stream_events()]
        return [sorted(set(kinds)), result.final_output]

    return asyncio.run(run())


def mcp_tool():
    server = {
        "type": "mcp",
        "server_label": "words",
        "server_url": FACTS.mcp,
        "require_approval": "never",
    }
    result = Runner.run_sync(agent(HostedMCPTool(tool_config=server)), "hello", max_turns=4)
    items = [getattr(item.raw_item, "type", None) for item in result.new_items]
    return [items, result.final_output]


tell({scenario.__name__: scenario for scenario in (own_tool, streamed, mcp_tool)})
