"""No system between client and upstream: what all others are measured against."""

import sys

from fleet_bench.system import Launch, Site, System, installed


def launch(site: Site) -> Launch:
    """Start one more upstream, to be called as the others are."""
    command = [sys.executable, "-m", "fleet_bench.upstream", "--port", str(site.port)]
    return Launch(command, {}, "")


DIRECT = System("direct", "fake upstream", installed, launch)
