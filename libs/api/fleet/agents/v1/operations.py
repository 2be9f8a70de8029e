"""Operations of `fleet.agents.v1`. Written by `make gen`; do not edit."""

from typing import Protocol

from fleet.agents.v1 import codec, messages as m
from fleet.agents.v1 import agent_config_pb2
from fleet.agents.v1 import agent_content_pb2
from fleet.agents.v1 import agent_turns_pb2
from fleet.agents.v1 import agents_pb2
from fleet.agents.v1 import conversations_pb2
from fleet.agents.v1 import items_pb2
from fleet.agents.v1 import prompts_pb2
from fleet.agents.v1 import response_pb2
from fleet.agents.v1 import response_events_pb2
from fleet.agents.v1 import response_tools_pb2
from fleet.agents.v1 import responses_pb2
from fleet_runtime.dialect import LLAMA_STACK, OPENAI_RESPONSES
from fleet_runtime.operation import NOTHING
from fleet_runtime.call import Call
from fleet_runtime.clients import Channel
from fleet_runtime.operation import (
    Answer,
    Binding,
    BoundService,
    MessageType,
    Operation,
    Route,
    Stream,
)

_Agent = MessageType(m.Agent, agents_pb2.Agent, codec.agent_to_proto, codec.agent_from_proto)
_AgentCreated = MessageType(
    m.AgentCreated,
    agents_pb2.AgentCreated,
    codec.agent_created_to_proto,
    codec.agent_created_from_proto,
)
_AgentList = MessageType(
    m.AgentList, agents_pb2.AgentList, codec.agent_list_to_proto, codec.agent_list_from_proto
)
_AgentSession = MessageType(
    m.AgentSession,
    agents_pb2.AgentSession,
    codec.agent_session_to_proto,
    codec.agent_session_from_proto,
)
_AgentSessionCreated = MessageType(
    m.AgentSessionCreated,
    agents_pb2.AgentSessionCreated,
    codec.agent_session_created_to_proto,
    codec.agent_session_created_from_proto,
)
_AgentSessionList = MessageType(
    m.AgentSessionList,
    agents_pb2.AgentSessionList,
    codec.agent_session_list_to_proto,
    codec.agent_session_list_from_proto,
)
_AgentStepFound = MessageType(
    m.AgentStepFound,
    agents_pb2.AgentStepFound,
    codec.agent_step_found_to_proto,
    codec.agent_step_found_from_proto,
)
_AgentTurn = MessageType(
    m.AgentTurn, agent_turns_pb2.AgentTurn, codec.agent_turn_to_proto, codec.agent_turn_from_proto
)
_AgentTurnChunk = MessageType(
    m.AgentTurnChunk,
    agent_turns_pb2.AgentTurnChunk,
    codec.agent_turn_chunk_to_proto,
    codec.agent_turn_chunk_from_proto,
)
_CancelResponseRequest = MessageType(
    m.CancelResponseRequest,
    responses_pb2.CancelResponseRequest,
    codec.cancel_response_request_to_proto,
    codec.cancel_response_request_from_proto,
)
_CompactResponseRequest = MessageType(
    m.CompactResponseRequest,
    responses_pb2.CompactResponseRequest,
    codec.compact_response_request_to_proto,
    codec.compact_response_request_from_proto,
)
_CompactedResponse = MessageType(
    m.CompactedResponse,
    responses_pb2.CompactedResponse,
    codec.compacted_response_to_proto,
    codec.compacted_response_from_proto,
)
_Conversation = MessageType(
    m.Conversation,
    conversations_pb2.Conversation,
    codec.conversation_to_proto,
    codec.conversation_from_proto,
)
_ConversationDeleted = MessageType(
    m.ConversationDeleted,
    conversations_pb2.ConversationDeleted,
    codec.conversation_deleted_to_proto,
    codec.conversation_deleted_from_proto,
)
_ConversationItemList = MessageType(
    m.ConversationItemList,
    conversations_pb2.ConversationItemList,
    codec.conversation_item_list_to_proto,
    codec.conversation_item_list_from_proto,
)
_CreateAgentRequest = MessageType(
    m.CreateAgentRequest,
    agents_pb2.CreateAgentRequest,
    codec.create_agent_request_to_proto,
    codec.create_agent_request_from_proto,
)
_CreateAgentSessionRequest = MessageType(
    m.CreateAgentSessionRequest,
    agents_pb2.CreateAgentSessionRequest,
    codec.create_agent_session_request_to_proto,
    codec.create_agent_session_request_from_proto,
)
_CreateAgentTurnRequest = MessageType(
    m.CreateAgentTurnRequest,
    agents_pb2.CreateAgentTurnRequest,
    codec.create_agent_turn_request_to_proto,
    codec.create_agent_turn_request_from_proto,
)
_CreateConversationItemsRequest = MessageType(
    m.CreateConversationItemsRequest,
    conversations_pb2.CreateConversationItemsRequest,
    codec.create_conversation_items_request_to_proto,
    codec.create_conversation_items_request_from_proto,
)
_CreateConversationRequest = MessageType(
    m.CreateConversationRequest,
    conversations_pb2.CreateConversationRequest,
    codec.create_conversation_request_to_proto,
    codec.create_conversation_request_from_proto,
)
_CreatePromptRequest = MessageType(
    m.CreatePromptRequest,
    prompts_pb2.CreatePromptRequest,
    codec.create_prompt_request_to_proto,
    codec.create_prompt_request_from_proto,
)
_CreateResponseRequest = MessageType(
    m.CreateResponseRequest,
    responses_pb2.CreateResponseRequest,
    codec.create_response_request_to_proto,
    codec.create_response_request_from_proto,
)
_DeleteAgentRequest = MessageType(
    m.DeleteAgentRequest,
    agents_pb2.DeleteAgentRequest,
    codec.delete_agent_request_to_proto,
    codec.delete_agent_request_from_proto,
)
_DeleteAgentSessionRequest = MessageType(
    m.DeleteAgentSessionRequest,
    agents_pb2.DeleteAgentSessionRequest,
    codec.delete_agent_session_request_to_proto,
    codec.delete_agent_session_request_from_proto,
)
_DeleteConversationItemRequest = MessageType(
    m.DeleteConversationItemRequest,
    conversations_pb2.DeleteConversationItemRequest,
    codec.delete_conversation_item_request_to_proto,
    codec.delete_conversation_item_request_from_proto,
)
_DeleteConversationRequest = MessageType(
    m.DeleteConversationRequest,
    conversations_pb2.DeleteConversationRequest,
    codec.delete_conversation_request_to_proto,
    codec.delete_conversation_request_from_proto,
)
_DeletePromptRequest = MessageType(
    m.DeletePromptRequest,
    prompts_pb2.DeletePromptRequest,
    codec.delete_prompt_request_to_proto,
    codec.delete_prompt_request_from_proto,
)
_DeleteResponseRequest = MessageType(
    m.DeleteResponseRequest,
    responses_pb2.DeleteResponseRequest,
    codec.delete_response_request_to_proto,
    codec.delete_response_request_from_proto,
)
_GetAgentRequest = MessageType(
    m.GetAgentRequest,
    agents_pb2.GetAgentRequest,
    codec.get_agent_request_to_proto,
    codec.get_agent_request_from_proto,
)
_GetAgentSessionRequest = MessageType(
    m.GetAgentSessionRequest,
    agents_pb2.GetAgentSessionRequest,
    codec.get_agent_session_request_to_proto,
    codec.get_agent_session_request_from_proto,
)
_GetAgentStepRequest = MessageType(
    m.GetAgentStepRequest,
    agents_pb2.GetAgentStepRequest,
    codec.get_agent_step_request_to_proto,
    codec.get_agent_step_request_from_proto,
)
_GetAgentTurnRequest = MessageType(
    m.GetAgentTurnRequest,
    agents_pb2.GetAgentTurnRequest,
    codec.get_agent_turn_request_to_proto,
    codec.get_agent_turn_request_from_proto,
)
_GetConversationItemRequest = MessageType(
    m.GetConversationItemRequest,
    conversations_pb2.GetConversationItemRequest,
    codec.get_conversation_item_request_to_proto,
    codec.get_conversation_item_request_from_proto,
)
_GetConversationRequest = MessageType(
    m.GetConversationRequest,
    conversations_pb2.GetConversationRequest,
    codec.get_conversation_request_to_proto,
    codec.get_conversation_request_from_proto,
)
_GetPromptRequest = MessageType(
    m.GetPromptRequest,
    prompts_pb2.GetPromptRequest,
    codec.get_prompt_request_to_proto,
    codec.get_prompt_request_from_proto,
)
_GetResponseRequest = MessageType(
    m.GetResponseRequest,
    responses_pb2.GetResponseRequest,
    codec.get_response_request_to_proto,
    codec.get_response_request_from_proto,
)
_Item = MessageType(m.Item, items_pb2.Item, codec.item_to_proto, codec.item_from_proto)
_ListAgentSessionsRequest = MessageType(
    m.ListAgentSessionsRequest,
    agents_pb2.ListAgentSessionsRequest,
    codec.list_agent_sessions_request_to_proto,
    codec.list_agent_sessions_request_from_proto,
)
_ListAgentsRequest = MessageType(
    m.ListAgentsRequest,
    agents_pb2.ListAgentsRequest,
    codec.list_agents_request_to_proto,
    codec.list_agents_request_from_proto,
)
_ListConversationItemsRequest = MessageType(
    m.ListConversationItemsRequest,
    conversations_pb2.ListConversationItemsRequest,
    codec.list_conversation_items_request_to_proto,
    codec.list_conversation_items_request_from_proto,
)
_ListInputItemsRequest = MessageType(
    m.ListInputItemsRequest,
    responses_pb2.ListInputItemsRequest,
    codec.list_input_items_request_to_proto,
    codec.list_input_items_request_from_proto,
)
_ListPromptVersionsRequest = MessageType(
    m.ListPromptVersionsRequest,
    prompts_pb2.ListPromptVersionsRequest,
    codec.list_prompt_versions_request_to_proto,
    codec.list_prompt_versions_request_from_proto,
)
_ListPromptsRequest = MessageType(
    m.ListPromptsRequest,
    prompts_pb2.ListPromptsRequest,
    codec.list_prompts_request_to_proto,
    codec.list_prompts_request_from_proto,
)
_ListResponsesRequest = MessageType(
    m.ListResponsesRequest,
    responses_pb2.ListResponsesRequest,
    codec.list_responses_request_to_proto,
    codec.list_responses_request_from_proto,
)
_Prompt = MessageType(m.Prompt, prompts_pb2.Prompt, codec.prompt_to_proto, codec.prompt_from_proto)
_PromptList = MessageType(
    m.PromptList, prompts_pb2.PromptList, codec.prompt_list_to_proto, codec.prompt_list_from_proto
)
_Response = MessageType(
    m.Response, response_pb2.Response, codec.response_to_proto, codec.response_from_proto
)
_ResponseDeleted = MessageType(
    m.ResponseDeleted,
    responses_pb2.ResponseDeleted,
    codec.response_deleted_to_proto,
    codec.response_deleted_from_proto,
)
_ResponseEvent = MessageType(
    m.ResponseEvent,
    response_events_pb2.ResponseEvent,
    codec.response_event_to_proto,
    codec.response_event_from_proto,
)
_ResponseItemList = MessageType(
    m.ResponseItemList,
    responses_pb2.ResponseItemList,
    codec.response_item_list_to_proto,
    codec.response_item_list_from_proto,
)
_ResponseList = MessageType(
    m.ResponseList,
    responses_pb2.ResponseList,
    codec.response_list_to_proto,
    codec.response_list_from_proto,
)
_ResumeAgentTurnRequest = MessageType(
    m.ResumeAgentTurnRequest,
    agents_pb2.ResumeAgentTurnRequest,
    codec.resume_agent_turn_request_to_proto,
    codec.resume_agent_turn_request_from_proto,
)
_SetDefaultPromptVersionRequest = MessageType(
    m.SetDefaultPromptVersionRequest,
    prompts_pb2.SetDefaultPromptVersionRequest,
    codec.set_default_prompt_version_request_to_proto,
    codec.set_default_prompt_version_request_from_proto,
)
_UpdateConversationRequest = MessageType(
    m.UpdateConversationRequest,
    conversations_pb2.UpdateConversationRequest,
    codec.update_conversation_request_to_proto,
    codec.update_conversation_request_from_proto,
)
_UpdatePromptRequest = MessageType(
    m.UpdatePromptRequest,
    prompts_pb2.UpdatePromptRequest,
    codec.update_prompt_request_to_proto,
    codec.update_prompt_request_from_proto,
)


class AgentService(Protocol):
    """Agents, their sessions, and the turns of these, as Llama Stack's version 0.3.5 had them last; the Kotlin and Swift SDKs
    speak it. New programs use `ResponseService`, which answers with the same engine.

    Format: https://github.com/llamastack/llama-stack/blob/v0.3.5/src/llama_stack/apis/agents/agents.py. Methods that name an
    agent, a session, a turn or a step fail with `NOT_FOUND` if there is none, and a session is only found under its agent.
    What a model server, a tool or another service refuses before the model has said a word comes as it was refused; after
    that as an error in the stream.
    """

    async def create_agent(
        self, request: m.CreateAgentRequest, call: Call
    ) -> Answer[m.AgentCreated]:
        """Creates an agent. Its model, tools and shields are looked for when it is asked something."""
        ...

    async def list_agents(self, request: m.ListAgentsRequest, call: Call) -> Answer[m.AgentList]:
        """Lists agents, oldest first."""
        ...

    async def get_agent(self, request: m.GetAgentRequest, call: Call) -> Answer[m.Agent]:
        """Gets an agent."""
        ...

    async def delete_agent(self, request: m.DeleteAgentRequest, call: Call) -> None:
        """Deletes an agent with its sessions and their turns."""
        ...

    async def create_agent_session(
        self, request: m.CreateAgentSessionRequest, call: Call
    ) -> Answer[m.AgentSessionCreated]:
        """Creates a session: a conversation with an agent."""
        ...

    async def list_agent_sessions(
        self, request: m.ListAgentSessionsRequest, call: Call
    ) -> Answer[m.AgentSessionList]:
        """Lists the sessions of an agent with their turns, oldest first."""
        ...

    async def get_agent_session(
        self, request: m.GetAgentSessionRequest, call: Call
    ) -> Answer[m.AgentSession]:
        """Gets a session with its turns."""
        ...

    async def delete_agent_session(self, request: m.DeleteAgentSessionRequest, call: Call) -> None:
        """Deletes a session with its turns."""
        ...

    async def create_agent_turn(
        self, request: m.CreateAgentTurnRequest, call: Call
    ) -> Answer[m.AgentTurn] | Stream[m.AgentTurnChunk]:
        """Asks an agent something: one turn of a session. Over REST, `"stream": true` answers event by event instead.

        Fails with `ALREADY_EXISTS` (409 over REST, reason `session_busy`) while another turn of the session is being made. A
        turn is kept when it is complete, or awaits what the caller's tools give.
        """
        ...

    async def resume_agent_turn(
        self, request: m.ResumeAgentTurnRequest, call: Call
    ) -> Answer[m.AgentTurn] | Stream[m.AgentTurnChunk]:
        """Goes on with the newest turn of a session, which awaits what the caller's tools gave. Over REST, `"stream": true`
        answers event by event instead.

        Fails as `CreateAgentTurn` does, and with `INVALID_ARGUMENT` if the turn awaits nothing, or not this.
        """
        ...

    async def get_agent_turn(
        self, request: m.GetAgentTurnRequest, call: Call
    ) -> Answer[m.AgentTurn]:
        """Gets a turn."""
        ...

    async def get_agent_step(
        self, request: m.GetAgentStepRequest, call: Call
    ) -> Answer[m.AgentStepFound]:
        """Gets a step of a turn."""
        ...


AGENT_SERVICE = "fleet.agents.v1.AgentService"
"""The service's full name."""

CREATE_AGENT = Operation(
    rpc="CreateAgent",
    request=_CreateAgentRequest,
    answer=_AgentCreated,
    routes=(
        Route("POST", "/v1/agents"),
        Route("POST", "/v1alpha/agents"),
    ),
    has_body=True,
    dialect=LLAMA_STACK,
)
LIST_AGENTS = Operation(
    rpc="ListAgents",
    request=_ListAgentsRequest,
    answer=_AgentList,
    routes=(
        Route("GET", "/v1/agents"),
        Route("GET", "/v1alpha/agents"),
    ),
    has_body=False,
    dialect=LLAMA_STACK,
)
GET_AGENT = Operation(
    rpc="GetAgent",
    request=_GetAgentRequest,
    answer=_Agent,
    routes=(
        Route("GET", "/v1/agents/{agent_id}"),
        Route("GET", "/v1alpha/agents/{agent_id}"),
    ),
    has_body=False,
    dialect=LLAMA_STACK,
)
DELETE_AGENT = Operation(
    rpc="DeleteAgent",
    request=_DeleteAgentRequest,
    answer=NOTHING,
    routes=(
        Route("DELETE", "/v1/agents/{agent_id}"),
        Route("DELETE", "/v1alpha/agents/{agent_id}"),
    ),
    has_body=False,
    dialect=LLAMA_STACK,
)
CREATE_AGENT_SESSION = Operation(
    rpc="CreateAgentSession",
    request=_CreateAgentSessionRequest,
    answer=_AgentSessionCreated,
    routes=(
        Route("POST", "/v1/agents/{agent_id}/session"),
        Route("POST", "/v1alpha/agents/{agent_id}/session"),
    ),
    has_body=True,
    dialect=LLAMA_STACK,
)
LIST_AGENT_SESSIONS = Operation(
    rpc="ListAgentSessions",
    request=_ListAgentSessionsRequest,
    answer=_AgentSessionList,
    routes=(
        Route("GET", "/v1/agents/{agent_id}/sessions"),
        Route("GET", "/v1alpha/agents/{agent_id}/sessions"),
    ),
    has_body=False,
    dialect=LLAMA_STACK,
)
GET_AGENT_SESSION = Operation(
    rpc="GetAgentSession",
    request=_GetAgentSessionRequest,
    answer=_AgentSession,
    routes=(
        Route("GET", "/v1/agents/{agent_id}/session/{session_id}"),
        Route("GET", "/v1alpha/agents/{agent_id}/session/{session_id}"),
    ),
    has_body=False,
    dialect=LLAMA_STACK,
)
DELETE_AGENT_SESSION = Operation(
    rpc="DeleteAgentSession",
    request=_DeleteAgentSessionRequest,
    answer=NOTHING,
    routes=(
        Route("DELETE", "/v1/agents/{agent_id}/session/{session_id}"),
        Route("DELETE", "/v1alpha/agents/{agent_id}/session/{session_id}"),
    ),
    has_body=False,
    dialect=LLAMA_STACK,
)
CREATE_AGENT_TURN = Operation(
    rpc="CreateAgentTurn",
    request=_CreateAgentTurnRequest,
    answer=_AgentTurn,
    routes=(
        Route("POST", "/v1/agents/{agent_id}/session/{session_id}/turn"),
        Route("POST", "/v1alpha/agents/{agent_id}/session/{session_id}/turn"),
    ),
    has_body=True,
    stream_rpc="StreamAgentTurn",
    chunk=_AgentTurnChunk,
    dialect=LLAMA_STACK,
)
RESUME_AGENT_TURN = Operation(
    rpc="ResumeAgentTurn",
    request=_ResumeAgentTurnRequest,
    answer=_AgentTurn,
    routes=(
        Route("POST", "/v1/agents/{agent_id}/session/{session_id}/turn/{turn_id}/resume"),
        Route("POST", "/v1alpha/agents/{agent_id}/session/{session_id}/turn/{turn_id}/resume"),
    ),
    has_body=True,
    stream_rpc="StreamResumedAgentTurn",
    chunk=_AgentTurnChunk,
    dialect=LLAMA_STACK,
)
GET_AGENT_TURN = Operation(
    rpc="GetAgentTurn",
    request=_GetAgentTurnRequest,
    answer=_AgentTurn,
    routes=(
        Route("GET", "/v1/agents/{agent_id}/session/{session_id}/turn/{turn_id}"),
        Route("GET", "/v1alpha/agents/{agent_id}/session/{session_id}/turn/{turn_id}"),
    ),
    has_body=False,
    dialect=LLAMA_STACK,
)
GET_AGENT_STEP = Operation(
    rpc="GetAgentStep",
    request=_GetAgentStepRequest,
    answer=_AgentStepFound,
    routes=(
        Route("GET", "/v1/agents/{agent_id}/session/{session_id}/turn/{turn_id}/step/{step_id}"),
        Route(
            "GET", "/v1alpha/agents/{agent_id}/session/{session_id}/turn/{turn_id}/step/{step_id}"
        ),
    ),
    has_body=False,
    dialect=LLAMA_STACK,
)


def bind_agent_service(implementation: AgentService) -> BoundService:
    """Return `implementation` as a server takes it."""
    return BoundService(
        AGENT_SERVICE,
        (
            Binding(CREATE_AGENT, implementation.create_agent),
            Binding(LIST_AGENTS, implementation.list_agents),
            Binding(GET_AGENT, implementation.get_agent),
            Binding(DELETE_AGENT, implementation.delete_agent),
            Binding(CREATE_AGENT_SESSION, implementation.create_agent_session),
            Binding(LIST_AGENT_SESSIONS, implementation.list_agent_sessions),
            Binding(GET_AGENT_SESSION, implementation.get_agent_session),
            Binding(DELETE_AGENT_SESSION, implementation.delete_agent_session),
            Binding(CREATE_AGENT_TURN, implementation.create_agent_turn),
            Binding(RESUME_AGENT_TURN, implementation.resume_agent_turn),
            Binding(GET_AGENT_TURN, implementation.get_agent_turn),
            Binding(GET_AGENT_STEP, implementation.get_agent_step),
        ),
    )


class AgentServiceClient:
    """The service somewhere else in the fleet, through its typed face."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    async def create_agent(self, request: m.CreateAgentRequest, call: Call) -> m.AgentCreated:
        """Creates an agent. Its model, tools and shields are looked for when it is asked something."""
        answer: m.AgentCreated = await self._channel.unary(
            AGENT_SERVICE, CREATE_AGENT, request, call
        )
        return answer

    async def list_agents(self, request: m.ListAgentsRequest, call: Call) -> m.AgentList:
        """Lists agents, oldest first."""
        answer: m.AgentList = await self._channel.unary(AGENT_SERVICE, LIST_AGENTS, request, call)
        return answer

    async def get_agent(self, request: m.GetAgentRequest, call: Call) -> m.Agent:
        """Gets an agent."""
        answer: m.Agent = await self._channel.unary(AGENT_SERVICE, GET_AGENT, request, call)
        return answer

    async def delete_agent(self, request: m.DeleteAgentRequest, call: Call) -> None:
        """Deletes an agent with its sessions and their turns."""
        await self._channel.unary(AGENT_SERVICE, DELETE_AGENT, request, call)

    async def create_agent_session(
        self, request: m.CreateAgentSessionRequest, call: Call
    ) -> m.AgentSessionCreated:
        """Creates a session: a conversation with an agent."""
        answer: m.AgentSessionCreated = await self._channel.unary(
            AGENT_SERVICE, CREATE_AGENT_SESSION, request, call
        )
        return answer

    async def list_agent_sessions(
        self, request: m.ListAgentSessionsRequest, call: Call
    ) -> m.AgentSessionList:
        """Lists the sessions of an agent with their turns, oldest first."""
        answer: m.AgentSessionList = await self._channel.unary(
            AGENT_SERVICE, LIST_AGENT_SESSIONS, request, call
        )
        return answer

    async def get_agent_session(
        self, request: m.GetAgentSessionRequest, call: Call
    ) -> m.AgentSession:
        """Gets a session with its turns."""
        answer: m.AgentSession = await self._channel.unary(
            AGENT_SERVICE, GET_AGENT_SESSION, request, call
        )
        return answer

    async def delete_agent_session(self, request: m.DeleteAgentSessionRequest, call: Call) -> None:
        """Deletes a session with its turns."""
        await self._channel.unary(AGENT_SERVICE, DELETE_AGENT_SESSION, request, call)

    async def create_agent_turn(self, request: m.CreateAgentTurnRequest, call: Call) -> m.AgentTurn:
        """Asks an agent something: one turn of a session. Over REST, `"stream": true` answers event by event instead."""
        answer: m.AgentTurn = await self._channel.unary(
            AGENT_SERVICE, CREATE_AGENT_TURN, request, call
        )
        return answer

    def stream_agent_turn(
        self, request: m.CreateAgentTurnRequest, call: Call
    ) -> Stream[m.AgentTurnChunk]:
        """Asks an agent something: one turn of a session. Over REST, `"stream": true` answers event by event instead. Chunk by chunk."""
        return self._channel.stream(AGENT_SERVICE, CREATE_AGENT_TURN, request, call)

    async def resume_agent_turn(self, request: m.ResumeAgentTurnRequest, call: Call) -> m.AgentTurn:
        """Goes on with the newest turn of a session, which awaits what the caller's tools gave. Over REST, `"stream": true`"""
        answer: m.AgentTurn = await self._channel.unary(
            AGENT_SERVICE, RESUME_AGENT_TURN, request, call
        )
        return answer

    def stream_resumed_agent_turn(
        self, request: m.ResumeAgentTurnRequest, call: Call
    ) -> Stream[m.AgentTurnChunk]:
        """Goes on with the newest turn of a session, which awaits what the caller's tools gave. Over REST, `"stream": true` Chunk by chunk."""
        return self._channel.stream(AGENT_SERVICE, RESUME_AGENT_TURN, request, call)

    async def get_agent_turn(self, request: m.GetAgentTurnRequest, call: Call) -> m.AgentTurn:
        """Gets a turn."""
        answer: m.AgentTurn = await self._channel.unary(
            AGENT_SERVICE, GET_AGENT_TURN, request, call
        )
        return answer

    async def get_agent_step(self, request: m.GetAgentStepRequest, call: Call) -> m.AgentStepFound:
        """Gets a step of a turn."""
        answer: m.AgentStepFound = await self._channel.unary(
            AGENT_SERVICE, GET_AGENT_STEP, request, call
        )
        return answer


class ConversationService(Protocol):
    """Conversations: items that are kept, to which responses add.

    Format: https://platform.openai.com/docs/api-reference/conversations. Methods that name a conversation or an item fail
    with `NOT_FOUND` if it is not there.
    """

    async def create_conversation(
        self, request: m.CreateConversationRequest, call: Call
    ) -> Answer[m.Conversation]:
        """Creates a conversation."""
        ...

    async def get_conversation(
        self, request: m.GetConversationRequest, call: Call
    ) -> Answer[m.Conversation]:
        """Gets a conversation."""
        ...

    async def update_conversation(
        self, request: m.UpdateConversationRequest, call: Call
    ) -> Answer[m.Conversation]:
        """Replaces the metadata of a conversation."""
        ...

    async def delete_conversation(
        self, request: m.DeleteConversationRequest, call: Call
    ) -> Answer[m.ConversationDeleted]:
        """Deletes a conversation with its items. Responses stay."""
        ...

    async def create_conversation_items(
        self, request: m.CreateConversationItemsRequest, call: Call
    ) -> Answer[m.ConversationItemList]:
        """Adds items at the end, all or none."""
        ...

    async def list_conversation_items(
        self, request: m.ListConversationItemsRequest, call: Call
    ) -> Answer[m.ConversationItemList]:
        """Lists the items, newest first unless `order` says otherwise."""
        ...

    async def get_conversation_item(
        self, request: m.GetConversationItemRequest, call: Call
    ) -> Answer[m.Item]:
        """Gets an item."""
        ...

    async def delete_conversation_item(
        self, request: m.DeleteConversationItemRequest, call: Call
    ) -> Answer[m.Conversation]:
        """Deletes an item, and returns the conversation."""
        ...


CONVERSATION_SERVICE = "fleet.agents.v1.ConversationService"
"""The service's full name."""

CREATE_CONVERSATION = Operation(
    rpc="CreateConversation",
    request=_CreateConversationRequest,
    answer=_Conversation,
    routes=(Route("POST", "/v1/conversations"),),
    has_body=True,
)
GET_CONVERSATION = Operation(
    rpc="GetConversation",
    request=_GetConversationRequest,
    answer=_Conversation,
    routes=(Route("GET", "/v1/conversations/{conversation_id}"),),
    has_body=False,
)
UPDATE_CONVERSATION = Operation(
    rpc="UpdateConversation",
    request=_UpdateConversationRequest,
    answer=_Conversation,
    routes=(Route("POST", "/v1/conversations/{conversation_id}"),),
    has_body=True,
)
DELETE_CONVERSATION = Operation(
    rpc="DeleteConversation",
    request=_DeleteConversationRequest,
    answer=_ConversationDeleted,
    routes=(Route("DELETE", "/v1/conversations/{conversation_id}"),),
    has_body=False,
)
CREATE_CONVERSATION_ITEMS = Operation(
    rpc="CreateConversationItems",
    request=_CreateConversationItemsRequest,
    answer=_ConversationItemList,
    routes=(Route("POST", "/v1/conversations/{conversation_id}/items"),),
    has_body=True,
)
LIST_CONVERSATION_ITEMS = Operation(
    rpc="ListConversationItems",
    request=_ListConversationItemsRequest,
    answer=_ConversationItemList,
    routes=(Route("GET", "/v1/conversations/{conversation_id}/items"),),
    has_body=False,
)
GET_CONVERSATION_ITEM = Operation(
    rpc="GetConversationItem",
    request=_GetConversationItemRequest,
    answer=_Item,
    routes=(Route("GET", "/v1/conversations/{conversation_id}/items/{item_id}"),),
    has_body=False,
)
DELETE_CONVERSATION_ITEM = Operation(
    rpc="DeleteConversationItem",
    request=_DeleteConversationItemRequest,
    answer=_Conversation,
    routes=(Route("DELETE", "/v1/conversations/{conversation_id}/items/{item_id}"),),
    has_body=False,
)


def bind_conversation_service(implementation: ConversationService) -> BoundService:
    """Return `implementation` as a server takes it."""
    return BoundService(
        CONVERSATION_SERVICE,
        (
            Binding(CREATE_CONVERSATION, implementation.create_conversation),
            Binding(GET_CONVERSATION, implementation.get_conversation),
            Binding(UPDATE_CONVERSATION, implementation.update_conversation),
            Binding(DELETE_CONVERSATION, implementation.delete_conversation),
            Binding(CREATE_CONVERSATION_ITEMS, implementation.create_conversation_items),
            Binding(LIST_CONVERSATION_ITEMS, implementation.list_conversation_items),
            Binding(GET_CONVERSATION_ITEM, implementation.get_conversation_item),
            Binding(DELETE_CONVERSATION_ITEM, implementation.delete_conversation_item),
        ),
    )


class ConversationServiceClient:
    """The service somewhere else in the fleet, through its typed face."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    async def create_conversation(
        self, request: m.CreateConversationRequest, call: Call
    ) -> m.Conversation:
        """Creates a conversation."""
        answer: m.Conversation = await self._channel.unary(
            CONVERSATION_SERVICE, CREATE_CONVERSATION, request, call
        )
        return answer

    async def get_conversation(
        self, request: m.GetConversationRequest, call: Call
    ) -> m.Conversation:
        """Gets a conversation."""
        answer: m.Conversation = await self._channel.unary(
            CONVERSATION_SERVICE, GET_CONVERSATION, request, call
        )
        return answer

    async def update_conversation(
        self, request: m.UpdateConversationRequest, call: Call
    ) -> m.Conversation:
        """Replaces the metadata of a conversation."""
        answer: m.Conversation = await self._channel.unary(
            CONVERSATION_SERVICE, UPDATE_CONVERSATION, request, call
        )
        return answer

    async def delete_conversation(
        self, request: m.DeleteConversationRequest, call: Call
    ) -> m.ConversationDeleted:
        """Deletes a conversation with its items. Responses stay."""
        answer: m.ConversationDeleted = await self._channel.unary(
            CONVERSATION_SERVICE, DELETE_CONVERSATION, request, call
        )
        return answer

    async def create_conversation_items(
        self, request: m.CreateConversationItemsRequest, call: Call
    ) -> m.ConversationItemList:
        """Adds items at the end, all or none."""
        answer: m.ConversationItemList = await self._channel.unary(
            CONVERSATION_SERVICE, CREATE_CONVERSATION_ITEMS, request, call
        )
        return answer

    async def list_conversation_items(
        self, request: m.ListConversationItemsRequest, call: Call
    ) -> m.ConversationItemList:
        """Lists the items, newest first unless `order` says otherwise."""
        answer: m.ConversationItemList = await self._channel.unary(
            CONVERSATION_SERVICE, LIST_CONVERSATION_ITEMS, request, call
        )
        return answer

    async def get_conversation_item(
        self, request: m.GetConversationItemRequest, call: Call
    ) -> m.Item:
        """Gets an item."""
        answer: m.Item = await self._channel.unary(
            CONVERSATION_SERVICE, GET_CONVERSATION_ITEM, request, call
        )
        return answer

    async def delete_conversation_item(
        self, request: m.DeleteConversationItemRequest, call: Call
    ) -> m.Conversation:
        """Deletes an item, and returns the conversation."""
        answer: m.Conversation = await self._channel.unary(
            CONVERSATION_SERVICE, DELETE_CONVERSATION_ITEM, request, call
        )
        return answer


class PromptService(Protocol):
    """Prompts: texts with variables, kept in numbered versions.

    Methods that name a prompt or a version fail with `NOT_FOUND` if it is not there.
    """

    async def list_prompts(self, request: m.ListPromptsRequest, call: Call) -> Answer[m.PromptList]:
        """Lists the default version of every prompt."""
        ...

    async def create_prompt(self, request: m.CreatePromptRequest, call: Call) -> Answer[m.Prompt]:
        """Creates a prompt, of which this is version 1 and the default."""
        ...

    async def get_prompt(self, request: m.GetPromptRequest, call: Call) -> Answer[m.Prompt]:
        """Gets a version of a prompt: the default one if none is named."""
        ...

    async def update_prompt(self, request: m.UpdatePromptRequest, call: Call) -> Answer[m.Prompt]:
        """Adds a version. Fails with `INVALID_ARGUMENT` if `version` is not the latest one: somebody else was faster."""
        ...

    async def delete_prompt(self, request: m.DeletePromptRequest, call: Call) -> None:
        """Deletes a prompt with all of its versions."""
        ...

    async def set_default_prompt_version(
        self, request: m.SetDefaultPromptVersionRequest, call: Call
    ) -> Answer[m.Prompt]:
        """Makes a version the default one."""
        ...

    async def list_prompt_versions(
        self, request: m.ListPromptVersionsRequest, call: Call
    ) -> Answer[m.PromptList]:
        """Lists all versions of a prompt, oldest first."""
        ...


PROMPT_SERVICE = "fleet.agents.v1.PromptService"
"""The service's full name."""

LIST_PROMPTS = Operation(
    rpc="ListPrompts",
    request=_ListPromptsRequest,
    answer=_PromptList,
    routes=(Route("GET", "/v1/prompts"),),
    has_body=False,
)
CREATE_PROMPT = Operation(
    rpc="CreatePrompt",
    request=_CreatePromptRequest,
    answer=_Prompt,
    routes=(Route("POST", "/v1/prompts"),),
    has_body=True,
)
GET_PROMPT = Operation(
    rpc="GetPrompt",
    request=_GetPromptRequest,
    answer=_Prompt,
    routes=(Route("GET", "/v1/prompts/{prompt_id}"),),
    has_body=False,
)
UPDATE_PROMPT = Operation(
    rpc="UpdatePrompt",
    request=_UpdatePromptRequest,
    answer=_Prompt,
    routes=(
        Route("PUT", "/v1/prompts/{prompt_id}"),
        Route("POST", "/v1/prompts/{prompt_id}"),
    ),
    has_body=True,
)
DELETE_PROMPT = Operation(
    rpc="DeletePrompt",
    request=_DeletePromptRequest,
    answer=NOTHING,
    routes=(Route("DELETE", "/v1/prompts/{prompt_id}"),),
    has_body=False,
)
SET_DEFAULT_PROMPT_VERSION = Operation(
    rpc="SetDefaultPromptVersion",
    request=_SetDefaultPromptVersionRequest,
    answer=_Prompt,
    routes=(
        Route("PUT", "/v1/prompts/{prompt_id}/set-default-version"),
        Route("POST", "/v1/prompts/{prompt_id}/set-default-version"),
    ),
    has_body=True,
)
LIST_PROMPT_VERSIONS = Operation(
    rpc="ListPromptVersions",
    request=_ListPromptVersionsRequest,
    answer=_PromptList,
    routes=(Route("GET", "/v1/prompts/{prompt_id}/versions"),),
    has_body=False,
)


def bind_prompt_service(implementation: PromptService) -> BoundService:
    """Return `implementation` as a server takes it."""
    return BoundService(
        PROMPT_SERVICE,
        (
            Binding(LIST_PROMPTS, implementation.list_prompts),
            Binding(CREATE_PROMPT, implementation.create_prompt),
            Binding(GET_PROMPT, implementation.get_prompt),
            Binding(UPDATE_PROMPT, implementation.update_prompt),
            Binding(DELETE_PROMPT, implementation.delete_prompt),
            Binding(SET_DEFAULT_PROMPT_VERSION, implementation.set_default_prompt_version),
            Binding(LIST_PROMPT_VERSIONS, implementation.list_prompt_versions),
        ),
    )


class PromptServiceClient:
    """The service somewhere else in the fleet, through its typed face."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    async def list_prompts(self, request: m.ListPromptsRequest, call: Call) -> m.PromptList:
        """Lists the default version of every prompt."""
        answer: m.PromptList = await self._channel.unary(
            PROMPT_SERVICE, LIST_PROMPTS, request, call
        )
        return answer

    async def create_prompt(self, request: m.CreatePromptRequest, call: Call) -> m.Prompt:
        """Creates a prompt, of which this is version 1 and the default."""
        answer: m.Prompt = await self._channel.unary(PROMPT_SERVICE, CREATE_PROMPT, request, call)
        return answer

    async def get_prompt(self, request: m.GetPromptRequest, call: Call) -> m.Prompt:
        """Gets a version of a prompt: the default one if none is named."""
        answer: m.Prompt = await self._channel.unary(PROMPT_SERVICE, GET_PROMPT, request, call)
        return answer

    async def update_prompt(self, request: m.UpdatePromptRequest, call: Call) -> m.Prompt:
        """Adds a version. Fails with `INVALID_ARGUMENT` if `version` is not the latest one: somebody else was faster."""
        answer: m.Prompt = await self._channel.unary(PROMPT_SERVICE, UPDATE_PROMPT, request, call)
        return answer

    async def delete_prompt(self, request: m.DeletePromptRequest, call: Call) -> None:
        """Deletes a prompt with all of its versions."""
        await self._channel.unary(PROMPT_SERVICE, DELETE_PROMPT, request, call)

    async def set_default_prompt_version(
        self, request: m.SetDefaultPromptVersionRequest, call: Call
    ) -> m.Prompt:
        """Makes a version the default one."""
        answer: m.Prompt = await self._channel.unary(
            PROMPT_SERVICE, SET_DEFAULT_PROMPT_VERSION, request, call
        )
        return answer

    async def list_prompt_versions(
        self, request: m.ListPromptVersionsRequest, call: Call
    ) -> m.PromptList:
        """Lists all versions of a prompt, oldest first."""
        answer: m.PromptList = await self._channel.unary(
            PROMPT_SERVICE, LIST_PROMPT_VERSIONS, request, call
        )
        return answer


class ResponseService(Protocol):
    """Responses: a model that answers, and uses tools until it can.

    Format: https://platform.openai.com/docs/api-reference/responses and https://www.openresponses.org. Methods that name a
    response fail with `NOT_FOUND` (reason `response_not_found`) if it was not stored. What a model server, a tool or
    another service refuses at first comes as it was refused. What fails when the model has said a word, or a tool has begun,
    is a response that has failed: nobody should try that again by himself.
    """

    async def create_response(
        self, request: m.CreateResponseRequest, call: Call
    ) -> Answer[m.Response] | Stream[m.ResponseEvent]:
        """Answers. Over REST, `"stream": true` answers event by event instead.

        Over a WebSocket, each text frame is a request with `"type": "response.create"`, and each event of its answer is one
        too. There, what is not stored can be gone on from as long as the connection is open, the newest response only.
        """
        ...

    async def list_responses(
        self, request: m.ListResponsesRequest, call: Call
    ) -> Answer[m.ResponseList]:
        """Lists stored responses, newest first unless `order` says otherwise."""
        ...

    async def get_response(
        self, request: m.GetResponseRequest, call: Call
    ) -> Answer[m.Response] | Stream[m.ResponseEvent]:
        """Gets a stored response. Over REST, `stream=true` follows one that runs in the background."""
        ...

    async def delete_response(
        self, request: m.DeleteResponseRequest, call: Call
    ) -> Answer[m.ResponseDeleted]:
        """Deletes a stored response; one that runs is stopped."""
        ...

    async def cancel_response(
        self, request: m.CancelResponseRequest, call: Call
    ) -> Answer[m.Response]:
        """Stops a response that runs in the background. One that was stopped is returned as it is; one that has ended
        otherwise is a conflict.
        """
        ...

    async def list_input_items(
        self, request: m.ListInputItemsRequest, call: Call
    ) -> Answer[m.ResponseItemList]:
        """Lists what a response was asked, newest first unless `order` says otherwise."""
        ...

    async def compact_response(
        self, request: m.CompactResponseRequest, call: Call
    ) -> Answer[m.CompactedResponse]:
        """Makes a long conversation short: what the user said, and one item that stands for all else."""
        ...


RESPONSE_SERVICE = "fleet.agents.v1.ResponseService"
"""The service's full name."""

CREATE_RESPONSE = Operation(
    rpc="CreateResponse",
    request=_CreateResponseRequest,
    answer=_Response,
    routes=(
        Route("POST", "/v1/responses"),
        Route("POST", "/v1/openai/v1/responses"),
    ),
    has_body=True,
    stream_rpc="StreamResponse",
    chunk=_ResponseEvent,
    dialect=OPENAI_RESPONSES,
    websocket=True,
)
LIST_RESPONSES = Operation(
    rpc="ListResponses",
    request=_ListResponsesRequest,
    answer=_ResponseList,
    routes=(
        Route("GET", "/v1/responses"),
        Route("GET", "/v1/openai/v1/responses"),
    ),
    has_body=False,
    dialect=OPENAI_RESPONSES,
)
GET_RESPONSE = Operation(
    rpc="GetResponse",
    request=_GetResponseRequest,
    answer=_Response,
    routes=(
        Route("GET", "/v1/responses/{response_id}"),
        Route("GET", "/v1/openai/v1/responses/{response_id}"),
    ),
    has_body=False,
    stream_rpc="FollowResponse",
    chunk=_ResponseEvent,
    dialect=OPENAI_RESPONSES,
)
DELETE_RESPONSE = Operation(
    rpc="DeleteResponse",
    request=_DeleteResponseRequest,
    answer=_ResponseDeleted,
    routes=(
        Route("DELETE", "/v1/responses/{response_id}"),
        Route("DELETE", "/v1/openai/v1/responses/{response_id}"),
    ),
    has_body=False,
    dialect=OPENAI_RESPONSES,
)
CANCEL_RESPONSE = Operation(
    rpc="CancelResponse",
    request=_CancelResponseRequest,
    answer=_Response,
    routes=(Route("POST", "/v1/responses/{response_id}/cancel"),),
    has_body=True,
    dialect=OPENAI_RESPONSES,
)
LIST_INPUT_ITEMS = Operation(
    rpc="ListInputItems",
    request=_ListInputItemsRequest,
    answer=_ResponseItemList,
    routes=(
        Route("GET", "/v1/responses/{response_id}/input_items"),
        Route("GET", "/v1/openai/v1/responses/{response_id}/input_items"),
    ),
    has_body=False,
    dialect=OPENAI_RESPONSES,
)
COMPACT_RESPONSE = Operation(
    rpc="CompactResponse",
    request=_CompactResponseRequest,
    answer=_CompactedResponse,
    routes=(Route("POST", "/v1/responses/compact"),),
    has_body=True,
    dialect=OPENAI_RESPONSES,
)


def bind_response_service(implementation: ResponseService) -> BoundService:
    """Return `implementation` as a server takes it."""
    return BoundService(
        RESPONSE_SERVICE,
        (
            Binding(CREATE_RESPONSE, implementation.create_response),
            Binding(LIST_RESPONSES, implementation.list_responses),
            Binding(GET_RESPONSE, implementation.get_response),
            Binding(DELETE_RESPONSE, implementation.delete_response),
            Binding(CANCEL_RESPONSE, implementation.cancel_response),
            Binding(LIST_INPUT_ITEMS, implementation.list_input_items),
            Binding(COMPACT_RESPONSE, implementation.compact_response),
        ),
    )


class ResponseServiceClient:
    """The service somewhere else in the fleet, through its typed face."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    async def create_response(self, request: m.CreateResponseRequest, call: Call) -> m.Response:
        """Answers. Over REST, `"stream": true` answers event by event instead."""
        answer: m.Response = await self._channel.unary(
            RESPONSE_SERVICE, CREATE_RESPONSE, request, call
        )
        return answer

    def stream_response(
        self, request: m.CreateResponseRequest, call: Call
    ) -> Stream[m.ResponseEvent]:
        """Answers. Over REST, `"stream": true` answers event by event instead. Chunk by chunk."""
        return self._channel.stream(RESPONSE_SERVICE, CREATE_RESPONSE, request, call)

    async def list_responses(self, request: m.ListResponsesRequest, call: Call) -> m.ResponseList:
        """Lists stored responses, newest first unless `order` says otherwise."""
        answer: m.ResponseList = await self._channel.unary(
            RESPONSE_SERVICE, LIST_RESPONSES, request, call
        )
        return answer

    async def get_response(self, request: m.GetResponseRequest, call: Call) -> m.Response:
        """Gets a stored response. Over REST, `stream=true` follows one that runs in the background."""
        answer: m.Response = await self._channel.unary(
            RESPONSE_SERVICE, GET_RESPONSE, request, call
        )
        return answer

    def follow_response(self, request: m.GetResponseRequest, call: Call) -> Stream[m.ResponseEvent]:
        """Gets a stored response. Over REST, `stream=true` follows one that runs in the background. Chunk by chunk."""
        return self._channel.stream(RESPONSE_SERVICE, GET_RESPONSE, request, call)

    async def delete_response(
        self, request: m.DeleteResponseRequest, call: Call
    ) -> m.ResponseDeleted:
        """Deletes a stored response; one that runs is stopped."""
        answer: m.ResponseDeleted = await self._channel.unary(
            RESPONSE_SERVICE, DELETE_RESPONSE, request, call
        )
        return answer

    async def cancel_response(self, request: m.CancelResponseRequest, call: Call) -> m.Response:
        """Stops a response that runs in the background. One that was stopped is returned as it is; one that has ended"""
        answer: m.Response = await self._channel.unary(
            RESPONSE_SERVICE, CANCEL_RESPONSE, request, call
        )
        return answer

    async def list_input_items(
        self, request: m.ListInputItemsRequest, call: Call
    ) -> m.ResponseItemList:
        """Lists what a response was asked, newest first unless `order` says otherwise."""
        answer: m.ResponseItemList = await self._channel.unary(
            RESPONSE_SERVICE, LIST_INPUT_ITEMS, request, call
        )
        return answer

    async def compact_response(
        self, request: m.CompactResponseRequest, call: Call
    ) -> m.CompactedResponse:
        """Makes a long conversation short: what the user said, and one item that stands for all else."""
        answer: m.CompactedResponse = await self._channel.unary(
            RESPONSE_SERVICE, COMPACT_RESPONSE, request, call
        )
        return answer
