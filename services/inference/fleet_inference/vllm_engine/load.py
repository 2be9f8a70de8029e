"""How busy vLLM is, as it tells after each of its steps."""

from typing import Any

from vllm.config import VllmConfig
from vllm.v1.metrics.loggers import StatLoggerBase
from vllm.v1.metrics.stats import SchedulerStats

from fleet_runtime.load_report import LoadReport


class LoadMeter:
    """Keeps the last step of each of vLLM's engines: there are several where data is parallel."""

    def __init__(self) -> None:
        self._steps: dict[int, SchedulerStats] = {}

    def logger(self, config: VllmConfig, engine: int = 0) -> StatLoggerBase:
        """Return what vLLM tells the steps of one engine."""
        return _Steps(config, engine, self._steps)

    def report(self) -> LoadReport:
        """Return the load of all engines together; the KV cache is that of the fullest."""
        steps = self._steps.values()
        return LoadReport(
            running=sum(step.num_running_reqs for step in steps),
            waiting=sum(step.num_waiting_reqs + step.num_skipped_waiting_reqs for step in steps),
            kv_used=max((step.kv_cache_usage for step in steps), default=0.0),
        )


class _Steps(StatLoggerBase):  # type: ignore[misc]  # vLLM is not installed where types are checked
    def __init__(
        self, vllm_config: VllmConfig, engine_index: int, steps: dict[int, SchedulerStats]
    ) -> None:
        del vllm_config
        self._engine = engine_index
        self._steps = steps

    def record(self, scheduler_stats: SchedulerStats | None, *_: Any, **__: Any) -> None:
        if scheduler_stats is not None:
            self._steps[self._engine] = scheduler_stats

    def log_engine_initialized(self) -> None:
        """Say nothing: there is nothing of it to tell."""
