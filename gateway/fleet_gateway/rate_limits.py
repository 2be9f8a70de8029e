"""How many calls of one caller are taken: counted by each gateway for itself, in token buckets."""

from typing import Any

from fleet_gateway import names
from fleet_gateway.clusters import duration
from fleet_gateway.names import extension
from fleet_runtime.access.caller import PRINCIPAL, TENANT
from fleet_runtime.access.config import RateLimit

Json = dict[str, Any]

_HEADERS = {"principal": PRINCIPAL, "tenant": TENANT}
# How many callers are counted at once. Of more, those that have not called for longest begin anew.
_CALLERS = 100_000
_ALWAYS = {"default_value": {"numerator": 100, "denominator": "HUNDRED"}}
# Envoy wants a limit for all calls together; the section has none.
_NO_LIMIT = (1 << 32) - 1


def rate_limit(number: int, limit: RateLimit) -> Json:
    """Return the filter of one limit. It comes after those that find out who calls.

    Calls without the header are not counted: those to public paths, and of callers without a tenant.
    """
    bucket = _bucket(limit.requests, limit.seconds)
    counted = {"request_headers": {"header_name": _HEADERS[limit.per], "descriptor_key": limit.per}}
    retry = {"key": "retry-after", "value": str(max(1, limit.seconds // limit.requests))}
    return extension(
        f"rate-limit-{number}",
        names.RATE_LIMIT,
        stat_prefix=f"rate_limit_{number}",
        token_bucket=_bucket(_NO_LIMIT, 1),
        # Without a value it is for each value by itself.
        descriptors=[{"entries": [{"key": limit.per}], "token_bucket": bucket}],
        rate_limits=[{"actions": [counted]}],
        max_dynamic_descriptors=_CALLERS,
        filter_enabled=_ALWAYS,
        filter_enforced=_ALWAYS,
        enable_x_ratelimit_headers="DRAFT_VERSION_03",
        response_headers_to_add=[{"header": retry}],
    )


def _bucket(requests: int, seconds: int) -> Json:
    return {
        "max_tokens": requests,
        "tokens_per_fill": requests,
        "fill_interval": duration(seconds),
    }
