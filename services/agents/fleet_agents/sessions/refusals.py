"""The errors for agents, sessions, turns and steps that are not there, or busy."""

from fleet_runtime.errors import Conflict, InvalidArgument, NotFound


def no_agent(agent_id: str) -> NotFound:
    """Return the error for an agent that is not there."""
    return NotFound(
        f"Agent with id '{agent_id}' not found. GET /v1/agents lists those that there are.",
        code="agent_not_found",
        param="agent_id",
    )


def no_session(session_id: str, agent_id: str) -> NotFound:
    """Return the error for a session that an agent does not have."""
    return NotFound(
        f"The agent '{agent_id}' has no session '{session_id}'."
        f" GET /v1/agents/{agent_id}/sessions lists those that it has.",
        code="session_not_found",
        param="session_id",
    )


def no_turn(turn_id: str, session_id: str) -> NotFound:
    """Return the error for a turn that a session does not have."""
    return NotFound(
        f"The session '{session_id}' has no turn '{turn_id}'. A turn that failed or was stopped is not kept.",
        code="turn_not_found",
        param="turn_id",
    )


def no_step(step_id: str, turn_id: str) -> NotFound:
    """Return the error for a step that a turn does not have."""
    return NotFound(
        f"The turn '{turn_id}' has no step '{step_id}'.", code="step_not_found", param="step_id"
    )


def busy(session_id: str) -> Conflict:
    """Return the error for a session of which a turn is being made."""
    return Conflict(
        f"Another turn of the session '{session_id}' is being made. Wait for its end, or create another session.",
        code="session_busy",
        param="session_id",
        retry_after=1.0,
    )


def lost(session_id: str) -> Conflict:
    """Return the error for a session that was deleted or taken over while a turn of it was made."""
    return Conflict(
        f"The session '{session_id}' was deleted or taken over while this turn was made. The turn is not kept.",
        code="session_lost",
        param="session_id",
    )


def not_awaiting(turn_id: str) -> InvalidArgument:
    """Return the error for a turn that cannot be resumed."""
    return InvalidArgument(
        f"The turn '{turn_id}' awaits no tools, or is not the newest of its session. Create another turn.",
        code="turn_not_awaiting_input",
        param="turn_id",
    )
