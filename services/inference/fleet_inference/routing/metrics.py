"""What routing does, as metrics of this process. All names are here.

Labels follow OpenTelemetry's conventions for generative AI, as those of `fleet_runtime.telemetry` do; a target is a
provider and its own name for a model.
"""

from prometheus_client import Counter, Gauge, Histogram

_TARGET = ("gen_ai_provider_name", "gen_ai_request_model")
_MODEL = ("gen_ai_request_model",)
_SERVICE = ("service",)
# In seconds.
_WAITS = (0.001, 0.01, 0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 120)

ATTEMPTS_FAILED = Counter(
    "fleet_routing_attempts_failed",
    "Attempts that failed before their first byte, in ways that may go better elsewhere.",
    (*_TARGET, "status"),
)
RETRIES = Counter("fleet_routing_retries", "Attempts that followed a failed one.", _MODEL)
FALLBACKS = Counter(
    "fleet_routing_fallbacks",
    "Requests that a fallback answered.",
    (*_MODEL, "gen_ai_provider_name"),
)
RETRIES_REFUSED = Counter(
    "fleet_routing_retries_refused", "Retries that the model's budget did not allow.", _MODEL
)
CIRCUIT_OPEN = Gauge(
    "fleet_routing_circuit_open", "1 while a target is left alone for its failures.", _TARGET
)
CIRCUIT_OPENED = Counter(
    "fleet_routing_circuit_opened", "How often a target began to be left alone.", _TARGET
)
IN_FLIGHT = Gauge("fleet_routing_in_flight", "Requests in the work of a limited target.", _TARGET)
WAITING = Gauge("fleet_routing_queue_size", "Requests that wait for their turn.", _TARGET)
WAIT = Histogram(
    "fleet_routing_queue_duration_seconds",
    "How long requests waited for their turn.",
    _TARGET,
    buckets=_WAITS,
)
REFUSED = Counter(
    "fleet_routing_queue_refused",
    "Requests refused: the queue was full, or their turn did not come.",
    (*_TARGET, "reason"),
)
REPLICAS = Gauge("fleet_routing_replicas", "Replicas of a service that are known.", _SERVICE)
PICKS = Counter(
    "fleet_routing_replica_picks",
    "Requests by how their replica was found: prefix, spilled, load or turn.",
    (*_SERVICE, "reason"),
)
REPLICAS_FAILED = Counter(
    "fleet_routing_replica_failures",
    "Requests that went to another replica because theirs could not take them.",
    _SERVICE,
)
HELD = Gauge(
    "fleet_routing_held", "Requests that wait for a service without replicas to come up.", _SERVICE
)
