"""Names and addresses of services: which pods are behind each, who says so, and who leads there."""

import asyncio
import random
import socket
from collections.abc import Callable, Iterable
from contextlib import AsyncExitStack
from functools import partial

from fleet_testing.cluster.dns import ZONE, NameServer
from fleet_testing.cluster.forwarding import forwarding
from fleet_testing.cluster.manifests import Object
from fleet_testing.cluster.node import DNS, Node
from fleet_testing.cluster.pod import Pod

NO_ADDRESS = "None"
CONNECT = 3.0
"""Seconds until a pod that does not answer is taken for gone."""


class Services:
    """The services of a cluster.

    Args:
        node: Its machine.
        pods: Returns all pods.
        delay: Seconds until everybody knows that a pod came or went.
    """

    def __init__(self, node: Node, pods: Callable[[], Iterable[Pod]], delay: float) -> None:
        self._node = node
        self._pods = pods
        self._delay = delay
        self._services: dict[str, Object] = {}
        self._known: dict[str, tuple[Pod, ...]] = {}
        self._addresses: dict[str, str] = {}
        self._stack = AsyncExitStack()

    async def start(self) -> None:
        """Answer questions for names."""
        made = self._node.new_socket(socket.SOCK_DGRAM)
        made.bind((DNS, 53))
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_datagram_endpoint(
            lambda: NameServer(self._find), sock=made
        )
        self._stack.callback(transport.close)

    async def close(self) -> None:
        """Stop answering, and leading anywhere."""
        await self._stack.aclose()

    async def apply(self, services: dict[str, Object]) -> None:
        """Want these services from now on."""
        self._services = services
        for name, service in services.items():
            if service["spec"].get("clusterIP") == NO_ADDRESS or name in self._addresses:
                continue
            address = self._addresses[name] = await self._node.add_service_address()
            for port in service["spec"]["ports"]:
                listening = self._node.listening(address, port["port"])
                await self._lead(listening, name, port)
        self._learn()

    async def entry(self, name: str) -> str:
        """Return the URL by which a service is reached from outside the cluster."""
        made = socket.create_server(("127.0.0.1", 0))
        made.setblocking(False)
        await self._lead(made, name, self._services[name]["spec"]["ports"][0])
        return f"http://127.0.0.1:{made.getsockname()[1]}"

    def changed(self) -> None:
        """Notice, a little later, which pods are ready."""
        asyncio.get_running_loop().call_later(self._delay, self._learn)

    def behind(self, name: str) -> tuple[Pod, ...]:
        """Return the pods that are known to be behind a service."""
        return self._known.get(name, ())

    def _learn(self) -> None:
        pods = [pod for pod in self._pods() if pod.ready and not pod.terminating]
        self._known = {
            name: tuple(
                pod for pod in pods if service["spec"]["selector"].items() <= pod.labels.items()
            )
            for name, service in self._services.items()
        }

    async def _lead(self, listening: socket.socket, name: str, port: Object) -> None:
        await self._stack.enter_async_context(
            forwarding(listening, partial(self._connect, name, port))
        )

    async def _connect(self, name: str, port: Object) -> socket.socket:
        """Connect to one of the pods of a service."""
        pods = self.behind(name)
        if not pods:
            raise ConnectionRefusedError(f"nobody is behind {name}")
        pod = random.choice(pods)
        async with asyncio.timeout(CONNECT):
            return await self._node.connected(pod.address, _number(pod, port))

    def _find(self, asked: str) -> list[str] | None:
        """Return the addresses of a name, as `NameServer` asks."""
        name, _, rest = asked.partition(".")
        if not rest.endswith(ZONE) or rest.count(".") != ZONE.count(".") + 1:
            return None
        service = self._services.get(name)
        if service is None or rest.partition(".")[0] != service["metadata"]["namespace"]:
            return None
        if name in self._addresses:
            return [self._addresses[name]]
        found = [pod.address for pod in self.behind(name)]
        random.shuffle(found)
        return found


def _number(pod: Pod, port: Object) -> int:
    """Return the number of the port that a service leads to."""
    target = str(port.get("targetPort", port["port"]))
    named = {
        found["name"]: found["containerPort"]
        for container in pod.spec["containers"]
        for found in container.get("ports", [])
    }
    return int(named.get(target, target))
