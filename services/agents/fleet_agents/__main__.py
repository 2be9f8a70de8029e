"""`python -m fleet_agents`: run the agents service."""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager

from fleet.agents.v1.operations import (
    bind_agent_service,
    bind_conversation_service,
    bind_prompt_service,
    bind_response_service,
)
from fleet.inspect.v1.operations import bind_service_info_service
from fleet_agents.config import JOBS, SCHEMA, ServiceConfig
from fleet_agents.conversations.service import Conversations
from fleet_agents.conversations.store import ConversationStore
from fleet_agents.neighbours import Neighbours
from fleet_agents.prompts.service import Prompts
from fleet_agents.prompts.store import PromptStore
from fleet_agents.responses import event_log
from fleet_agents.responses.background import CANCELLED, Background
from fleet_agents.responses.background_work import BackgroundWork
from fleet_agents.responses.compacting import Compactor
from fleet_agents.responses.keeping import Keeping
from fleet_agents.responses.news import News
from fleet_agents.responses.planning import Planner
from fleet_agents.responses.service import Responses
from fleet_agents.responses.store import ResponseStore
from fleet_agents.sessions.agent_store import AgentStore
from fleet_agents.sessions.planning import TurnPlanner
from fleet_agents.sessions.service import Agents
from fleet_agents.sessions.session_store import SessionStore
from fleet_agents.sessions.turns import Turns
from fleet_runtime.config import ProviderConfig, load
from fleet_runtime.info import Info
from fleet_runtime.jobs import JobQueue, Worker
from fleet_runtime.operation import BoundService
from fleet_runtime.serve import run, serve
from fleet_runtime.store import Database

# Under the name that Llama Stack has for the one way of doing it.
_ONLY = ProviderConfig(id="builtin", type="inline::builtin")


async def main() -> None:
    """Open what the config names, then serve until told to stop."""
    async with services(load(ServiceConfig)) as bound:
        await serve(bound)


@asynccontextmanager
async def services(config: ServiceConfig) -> AsyncGenerator[list[BoundService], None]:
    """Open the store and the connections, and yield the services over them."""
    async with AsyncExitStack() as stack:
        neighbours = Neighbours(config)
        stack.push_async_callback(neighbours.aclose)
        database = Database(config.store.database, SCHEMA)
        stack.push_async_callback(database.aclose)

        conversations, prompts = ConversationStore(database), PromptStore(database)
        store = ResponseStore(database)
        planner = Planner(config, neighbours, store, conversations, prompts)
        keeping = Keeping(database, store, conversations)
        queue = JobQueue(database, JOBS)

        events = News(database, event_log.TOPIC)
        await stack.enter_async_context(events.running())
        cancelled = News(database, CANCELLED)
        await stack.enter_async_context(cancelled.running())
        work = BackgroundWork(
            database=database,
            store=store,
            queue=queue,
            planner=planner,
            keeping=keeping,
            cancelled=cancelled,
            config=config.background,
        )
        await stack.enter_async_context(work.watching())
        worker = Worker(queue, work, config.background)
        await stack.enter_async_context(worker.running())

        background = Background(
            database=database,
            store=store,
            queue=queue,
            planner=planner,
            news=events,
            config=config.background,
        )
        compactor = Compactor(neighbours, store, config)
        agents = AgentStore(database)
        sessions = SessionStore(database, config.background.lease_seconds)
        turns = Turns(TurnPlanner(config, neighbours), agents, sessions)
        yield [
            bind_agent_service(Agents(agents, sessions, turns)),
            bind_response_service(Responses(planner, keeping, store, background, compactor)),
            bind_conversation_service(Conversations(conversations)),
            bind_prompt_service(Prompts(prompts)),
            bind_service_info_service(Info({"agents": [_ONLY]})),
        ]


if __name__ == "__main__":
    run(main())
