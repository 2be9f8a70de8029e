"""Sending a request to one of the targets of its model, and to others while it has not begun to be answered."""

from collections.abc import Awaitable, Callable, Iterable
from typing import Any, TypeAlias, TypeVar

import structlog

from fleet_inference.routing import metrics
from fleet_inference.routing.begun import begun, followed
from fleet_inference.routing.budget import RetryBudget, RetryConfig
from fleet_inference.routing.circuit import Circuit, CircuitConfig
from fleet_inference.routing.gate import Gate, LimitConfig
from fleet_inference.routing.retrying import better_elsewhere, tells_of_health
from fleet_inference.routing.targets import Route, Target, chosen
from fleet_inference.routing.turn import turn_of
from fleet_runtime.call import Call
from fleet_runtime.errors import FleetError, Unavailable

AnswerT = TypeVar("AnswerT")

Ask: TypeAlias = Callable[[Target], Awaitable[AnswerT]]
"""Asks a target, and returns its answer."""

log = structlog.get_logger()


class Router:
    """Chooses targets, and remembers how they fare. Each router learns that by itself.

    Circuits and retries are for models with several targets: with one alone there is nowhere else to go, and leaving it
    alone would make some failures into nothing but failures.

    Args:
        retries: How often a request is tried again.
        circuit: When a target is left alone.
        limits: How many requests go to a provider at once; the first that fits a target holds.
    """

    def __init__(
        self,
        retries: RetryConfig | None = None,
        circuit: CircuitConfig | None = None,
        limits: Iterable[LimitConfig] = (),
    ) -> None:
        self._retries = retries or RetryConfig()
        self._circuit = circuit or CircuitConfig()
        self._gates = {(limit.provider, limit.model): Gate(limit) for limit in limits}
        self._circuits: dict[tuple[str, str], Circuit] = {}
        self._budgets: dict[str, RetryBudget] = {}

    async def send(self, route: Route, request: Any, call: Call, ask: Ask[AnswerT]) -> AnswerT:
        """Return what one of the targets answers; of a stream, its first chunk has come if there was another.

        Raises:
            FleetError: As the last target that was asked raised it; `Unavailable` if all are left alone;
                `ResourceExhausted` if too many requests wait for their turn.
        """
        if route.alone:
            call.notes["provider"] = route.first.provider_id
            return await self._admitted(route.first, request, call, ask)
        budget = self._budgets.get(route.name)
        if budget is None:
            budget = self._budgets[route.name] = RetryBudget(self._retries)
        budget.asked()
        return await self._anywhere(route, request, call, ask, budget)

    async def _anywhere(
        self, route: Route, request: Any, call: Call, ask: Ask[AnswerT], budget: RetryBudget
    ) -> AnswerT:
        """Try one target after another while that may help and may be done."""
        tried: list[Target] = []
        while True:
            target = self._next(route, tried)
            if target is None:
                raise self._all_left_alone(route)
            tried.append(target)
            try:
                answer = await self._attempt(target, request, call, ask)
            except FleetError as error:
                if not better_elsewhere(error, call) or not self._go_on(route, tried, budget):
                    raise
                _note_failure(target, error, len(tried))
                metrics.RETRIES.labels(route.name).inc()
            else:
                _note_success(route, target, call, len(tried))
                return answer

    def _next(self, route: Route, tried: list[Target]) -> Target | None:
        """Return which target to ask: of the first tier that has one, and rather one with room."""
        for tier in route.tiers:
            able = [t for t in tier if t not in tried and self._circuit_of(t).ready()]
            if able:
                return chosen([t for t in able if self._room(t)] or able)
        return None

    def _go_on(self, route: Route, tried: list[Target], budget: RetryBudget) -> bool:
        """Return whether to try again: there is somewhere to go, and neither request nor model has had enough."""
        if len(tried) >= self._retries.attempts or self._next(route, tried) is None:
            return False
        if budget.spend():
            return True
        metrics.RETRIES_REFUSED.labels(route.name).inc()
        return False

    async def _attempt(
        self, target: Target, request: Any, call: Call, ask: Ask[AnswerT]
    ) -> AnswerT:
        """Ask one target up to its first byte, and note how it fared."""
        circuit = self._circuit_of(target)

        async def watched(target: Target) -> AnswerT:
            circuit.enter()
            try:
                answer: AnswerT = await begun(await ask(target))
            except FleetError as error:
                if tells_of_health(error, call):
                    circuit.failed(error.retry_after)
                else:
                    circuit.left()
                raise
            except BaseException:
                circuit.left()
                raise
            circuit.succeeded()
            return answer

        return await self._admitted(target, request, call, watched)

    async def _admitted(
        self, target: Target, request: Any, call: Call, ask: Ask[AnswerT]
    ) -> AnswerT:
        """Ask `target` when it is this request's turn, which lasts until the end of its answer."""
        gate = self._gate(target)
        if gate is None:
            return await ask(target)
        entered = await gate.enter(turn_of(request, call))
        try:
            answer = await ask(target)
        except BaseException:
            gate.leave(entered)
            raise
        followed_answer: AnswerT = followed(answer, lambda: gate.leave(entered))
        return followed_answer

    def _gate(self, target: Target) -> Gate | None:
        if not self._gates:
            return None
        provider = target.provider_id
        return self._gates.get((provider, target.model.id)) or self._gates.get((provider, None))

    def _room(self, target: Target) -> bool:
        gate = self._gate(target)
        return gate is None or gate.room

    def _circuit_of(self, target: Target) -> Circuit:
        name = (target.provider_id, target.model.id)
        circuit = self._circuits.get(name)
        if circuit is None:
            circuit = self._circuits[name] = Circuit(self._circuit, *name)
        return circuit

    def _all_left_alone(self, route: Route) -> Unavailable:
        targets = (target for tier in route.tiers for target in tier)
        return Unavailable(
            f"All that serve '{route.name}' fail, and are left alone for a while; try again later.",
            code="no_target_available",
            retry_after=min(self._circuit_of(target).seconds_left for target in targets),
        )


def _note_failure(target: Target, error: FleetError, attempt: int) -> None:
    labels = (target.provider_id, target.model.id, str(error.status))
    metrics.ATTEMPTS_FAILED.labels(*labels).inc()
    log.info(
        "attempt.failed",
        provider=target.provider_id,
        model=target.model.id,
        status=error.status,
        code=error.code,
        attempt=attempt,
    )


def _note_success(route: Route, target: Target, call: Call, attempts: int) -> None:
    call.notes["provider"] = target.provider_id
    if attempts > 1:
        call.notes["attempts"] = attempts
    if target not in route.tiers[0]:
        metrics.FALLBACKS.labels(route.name, target.provider_id).inc()
