"""How busy engines are, as gauges among this process's metrics.

Source of the names, without their prefix: https://docs.vllm.ai/en/latest/design/metrics.html
"""

from collections.abc import Callable

from prometheus_client import Gauge

from fleet_engine.generation import Load
from fleet_runtime.load_report import LoadReport

_MODEL = ("model_name",)
_RUNNING = Gauge("engine_num_requests_running", "Answers that are being produced.", _MODEL)
_WAITING = Gauge("engine_num_requests_waiting", "Answers that wait for their turn.", _MODEL)
_KV_USED = Gauge("engine_kv_cache_usage", "The part of the KV cache in use, 0 to 1.", _MODEL)


def publish(model: str, load: Callable[[], Load]) -> None:
    """Show the load of the engine that runs `model`, asked for at each scrape."""
    _RUNNING.labels(model).set_function(lambda: load().running)
    _WAITING.labels(model).set_function(lambda: load().waiting)
    _KV_USED.labels(model).set_function(lambda: load().kv_used)


def report(load: Load) -> LoadReport:
    """Return `load` as engines tell it to routers."""
    return LoadReport(load.running, load.waiting, load.kv_used)


def withdraw(model: str) -> None:
    """Show nothing more of the engine that ran `model`."""
    for gauge in (_RUNNING, _WAITING, _KV_USED):
        gauge.remove(model)
