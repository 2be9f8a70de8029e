"""`python -m fleet_inspect`: run the inspect service."""

from contextlib import AsyncExitStack

from fleet.inspect.v1.operations import bind_inspect_service
from fleet_inspect.config import ServiceConfig
from fleet_inspect.peers import Peer
from fleet_inspect.service import Inspect
from fleet_runtime.config import load
from fleet_runtime.serve import run, serve


async def main() -> None:
    """Connect to the other services, then serve until told to stop."""
    config = load(ServiceConfig)
    peers = [Peer(name, config.timeout) for name in config.services]
    async with AsyncExitStack() as stack:
        for peer in peers:
            stack.push_async_callback(peer.aclose)
        await serve([bind_inspect_service(Inspect(peers))])


if __name__ == "__main__":
    run(main())
