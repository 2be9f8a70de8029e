"""What happens in a response before its model is asked."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

from fleet_agents.responses.events import Event, item_added, item_done
from fleet_agents.responses.guardrails.refused import refused
from fleet_agents.responses.history import listed_tools
from fleet_agents.responses.mcp_listing import listing
from fleet_agents.responses.pending import approved, left_undone, opening
from fleet_agents.responses.plan import Plan
from fleet_agents.responses.progress import Progress
from fleet_agents.responses.steps import UNKNOWN_OUTCOME, Step
from fleet_agents.responses.tool_runner import ToolRunner, not_run
from fleet_agents.responses.tools.mcp_server import McpServer
from fleet_agents.responses.tools.tool import ToolCallHere, runs_here


class Preparation:
    """Prepares one response.

    Args:
        plan: What it is made of.
        progress: How far it is.
        runner: Runs its tools.
    """

    def __init__(self, plan: Plan, progress: Progress, runner: ToolRunner) -> None:
        self._plan = plan
        self._progress = progress
        self._runner = runner

    async def events(self) -> AsyncGenerator[Event, None]:
        """Yield all that happens. The response may have ended then."""
        for phase in (
            self._checked,
            self._shortened,
            self._listed,
            self._left_undone,
            self._agreed_to,
        ):
            async with aclosing(phase()) as events:
                async for told in events:
                    yield told
            if not self._progress.is_going_on:
                return

    async def _checked(self) -> AsyncGenerator[Event, None]:
        """Refuse what is asked, if guardrails do not let it through."""
        guard, progress = self._plan.guard, self._progress
        refusal = await guard.question() if guard is not None and not progress.steps else None
        if refusal is None:
            return
        step = Step()
        for told in refused(refusal, 0, step):
            progress.answering = True
            yield told
        progress.steps.append(step)
        yield progress.end("completed")

    async def _shortened(self) -> AsyncGenerator[Event, None]:
        """Sum up what the response goes on from, if it is longer than the request allows."""
        plan, progress = self._plan, self._progress
        if plan.compaction is None or progress.steps:
            return
        made = await plan.compaction.made(plan.history, plan.instructions)
        if made is not None:
            item, usage = made
            progress.count(usage, is_output=False)
            progress.steps.append(Step(item=item))
            yield item_added(0, item)
            yield item_done(0, item)

    async def _listed(self) -> AsyncGenerator[Event, None]:
        """Ask the MCP servers for their tools, but those whose tools are known from before."""
        known = listed_tools([*self._plan.history.steps(), *self._progress.steps])
        for server in self._plan.toolbox.servers:
            if server.label in known:
                self._plan.toolbox.know(server, server.allowed(known[server.label]))
                continue
            async with aclosing(self._newly_listed(server)) as events:
                async for told in events:
                    yield told

    async def _newly_listed(self, server: McpServer) -> AsyncGenerator[Event, None]:
        step = Step()
        events = listing(server, self._progress.place, step, self._plan.call)
        self._progress.steps.append(step)
        async with aclosing(events):
            async for told in events:
                yield told
        self._plan.toolbox.know(server, (step.item and step.item.tools) or ())

    async def _left_undone(self) -> AsyncGenerator[Event, None]:
        """Run what a process that died left undone, but what may do harm when it is done twice."""
        again: list[tuple[Step, ToolCallHere]] = []
        for one, may_run in left_undone(self._progress.steps, self._plan.toolbox):
            if may_run and one.call is not None and runs_here(one.call):
                again.append((one.step, one.call))
                continue
            for told in not_run(one, UNKNOWN_OUTCOME):
                yield told
        async with aclosing(self._runner.go_on_with(again)) as events:
            async for told in events:
                yield told

    async def _agreed_to(self) -> AsyncGenerator[Event, None]:
        """Run what the caller has agreed to."""
        progress = self._progress
        if progress.turns or any(step.use for step in progress.steps):
            return  # a process that died began with it
        calls = []
        for request in self._plan.history.approved:
            calls.append(approved(request, progress.place, self._plan.toolbox))
            progress.steps.append(calls[-1].step)
        for one in calls:
            for told in opening(one):
                yield told
        async with aclosing(self._runner.run(calls)) as events:
            async for told in events:
                yield told
