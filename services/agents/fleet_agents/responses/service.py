"""The operations of the Responses API."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

from fleet.agents.v1 import messages as m
from fleet_agents.items.inclusion import check_include
from fleet_agents.responses.background import Background
from fleet_agents.responses.begun import begun
from fleet_agents.responses.compacting import Compactor
from fleet_agents.responses.events import Event
from fleet_agents.responses.journal import NoJournal
from fleet_agents.responses.keeping import Keeping
from fleet_agents.responses.memory import remember
from fleet_agents.responses.paging import item_page
from fleet_agents.responses.planning import Planner
from fleet_agents.responses.run import Run
from fleet_agents.responses.store import ResponseStore
from fleet_runtime.call import Call
from fleet_runtime.operation import Answer, Stream
from fleet_runtime.store import PageRequest

_LIMIT = 50


class Responses:
    """Makes responses, and tells of those that are kept.

    Args:
        planner: Says what a response is made of.
        keeping: Keeps those that have ended.
        store: Where they are kept.
        background: Makes some of them behind their callers' backs.
        compactor: Makes long conversations short.
    """

    def __init__(
        self,
        planner: Planner,
        keeping: Keeping,
        store: ResponseStore,
        background: Background,
        compactor: Compactor,
    ) -> None:
        self._planner = planner
        self._keeping = keeping
        self._store = store
        self._background = background
        self._compactor = compactor

    async def create_response(
        self, request: m.CreateResponseRequest, call: Call
    ) -> Answer[m.Response] | Stream[m.ResponseEvent]:
        """Answer, event by event if the request says so.

        What fails when the model has said a word, or a tool has begun, is an answer too: a response that has failed. An
        error would have gateways and SDKs try again, and tools run twice.
        """
        if request.background:
            response = await self._background.begin(request, call)
            return self._background.follow(response.id, -1) if request.stream else response
        plan = await self._planner.plan(request, begun(request), call)
        run = Run(plan, NoJournal())
        call.notes["response"] = run.response.id
        if request.stream:
            return self._streamed(run, call)
        async with aclosing(run.events()) as events:
            async for _ in events:
                pass
        await self._kept(run, call)
        if run.error is not None and not run.answering:
            raise run.error
        return run.response

    async def _streamed(self, run: Run, call: Call) -> AsyncGenerator[Event, None]:
        """Yield the events of a response, and keep it before the last one is told.

        What fails before the model has said a word is raised, so that callers get its HTTP status.
        """
        held: list[Event] = []
        async with aclosing(run.events()) as events:
            async for told in events:
                if run.response.status != "in_progress":
                    await self._kept(run, call)
                held.append(told)
                if run.answering:
                    for one in held:
                        yield one
                    held.clear()
        if run.error is not None and not run.answering:
            raise run.error

    async def _kept(self, run: Run, call: Call) -> None:
        """Keep a response that has ended, but not what is no more than a request that was refused."""
        if run.answering or run.error is None:
            await self._keeping.keep(run)
        remember(call, run)

    async def list_responses(
        self, request: m.ListResponsesRequest, call: Call
    ) -> Answer[m.ResponseList]:
        """List responses, each with what it was asked."""
        del call
        page = await self._store.list(
            PageRequest(request.after, request.limit or _LIMIT, request.order or "desc"),
            request.model,
        )
        data = []
        for stored in page.items:
            shown = stored.shown()
            shown.input = stored.input
            data.append(shown)
        return m.ResponseList(
            data=data,
            has_more=page.has_more,
            first_id=data[0].id if data else "",
            last_id=data[-1].id if data else "",
        )

    async def get_response(
        self, request: m.GetResponseRequest, call: Call
    ) -> Answer[m.Response] | Stream[m.ResponseEvent]:
        """Get a response, or follow it."""
        del call
        stored = await self._store.get(request.response_id)
        if request.stream:
            after = -1 if request.starting_after is None else request.starting_after
            return self._background.follow(stored.response.id, after)
        return stored.shown(check_include(request.include))

    async def delete_response(
        self, request: m.DeleteResponseRequest, call: Call
    ) -> Answer[m.ResponseDeleted]:
        """Delete a response; one that is being made is stopped."""
        del call
        await self._background.delete(request.response_id)
        return m.ResponseDeleted(id=request.response_id, deleted=True)

    async def cancel_response(
        self, request: m.CancelResponseRequest, call: Call
    ) -> Answer[m.Response]:
        """Stop a response that is made in the background."""
        del call
        return await self._background.cancel(request.response_id)

    async def list_input_items(
        self, request: m.ListInputItemsRequest, call: Call
    ) -> Answer[m.ResponseItemList]:
        """List what a response was asked."""
        del call
        stored = await self._store.get(request.response_id)
        return item_page(stored.input, request)

    async def compact_response(
        self, request: m.CompactResponseRequest, call: Call
    ) -> Answer[m.CompactedResponse]:
        """Make a long conversation short."""
        return await self._compactor.compact(request, call)
