"""What the distributions of the chart render to, by a real Helm; each thing once a process."""

import re
from functools import cache
from typing import Any

import yaml

from fleet_cli.distributions import chart, distributions
from fleet_testing.helm import template

Object = dict[str, Any]

DIGEST = f"sha256:{'0' * 64}"
"""Made up: checks look only whether there is one."""
# What a cluster has that uses all of the chart.
APIS = (
    "monitoring.coreos.com/v1/ServiceMonitor",
    "monitoring.coreos.com/v1/PrometheusRule",
)
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@cache
def text(distribution: str, sets: tuple[str, ...] = ()) -> str:
    """Return the manifests of a distribution, with more values set, such as `gateway.replicas=2`.

    Raises:
        HelmError: The values do not fit together.
    """
    known = [part for api in APIS for part in ("--api-versions", api)]
    given = [part for one in sets for part in ("--set", one)]
    files = [distributions()[distribution]]
    return template(chart(), files, "--kube-version", "1.37.0", *known, *given)


def released(distribution: str) -> str:
    """Return the manifests of a distribution with what a release adds: the digests of our images."""
    ours = re.findall(r"image: ghcr\.io/llama-fleet/([\w-]+):", text(distribution))
    return text(distribution, tuple(f"digests.{name}={DIGEST}" for name in sorted(set(ours))))


@cache
def objects(distribution: str, *sets: str) -> list[Object]:
    """Return the objects of a distribution, with more values set. Nothing may change them."""
    return [found for found in yaml.load_all(text(distribution, sets), LOADER) if found]
