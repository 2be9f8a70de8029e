"""The cluster: what Helm does to it, and what it then does by itself."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from fleet_testing.cluster.forwarding import Connect, forwarding
from fleet_testing.cluster.manifests import Object, hooks, name_of, of_kind, without_hooks
from fleet_testing.cluster.node import ADDRESS, Node
from fleet_testing.cluster.pod import Kubelet, Pod
from fleet_testing.cluster.services import Services
from fleet_testing.cluster.volumes import Store, texts_of
from fleet_testing.cluster.workload import Deployment, run_job

LOOK_AGAIN = 0.05
DEADLINE = 100.0


class NotRolledOutError(Exception):
    """Deployments did not get ready in time; the text is what their pods said."""


class Cluster:
    """A cluster that runs.

    Args:
        node: Its machine.
        folder: Where it keeps its files.
        delay: Seconds until names and services follow what pods do.
        restart_pause: Before containers and jobs are tried again, in seconds.
    """

    def __init__(self, node: Node, folder: Path, delay: float, restart_pause: float) -> None:
        self._node = node
        self._configs: dict[str, dict[str, str]] = {}
        self._secrets: dict[str, dict[str, str]] = {}
        store = Store(self._configs, self._secrets, folder / "claims")
        self._kubelet = Kubelet(node, store, folder / "pods", restart_pause)
        self._deployments: dict[str, Deployment] = {}
        self._services = Services(node, self.pods, delay)
        self._offered = AsyncExitStack()

    async def start(self) -> None:
        """Answer for names."""
        await self._services.start()

    async def close(self) -> None:
        """Let all pods end; no process is left."""
        await asyncio.gather(*(found.close() for found in self._deployments.values()))
        await self._services.close()
        await self._offered.aclose()

    def pods(self, deployment: str | None = None) -> list[Pod]:
        """Return the pods of a deployment, or all."""
        chosen = [self._deployments[deployment]] if deployment else self._deployments.values()
        return [pod for found in chosen for pod in found.pods]

    def secret(self, name: str, **texts: str) -> None:
        """Have a Secret that no release brings."""
        self._secrets[name] = texts

    async def offer(self, port: int, connect: Connect) -> None:
        """Let pods reach what is outside, at a port of `node.ADDRESS`."""
        await self._offered.enter_async_context(
            forwarding(self._node.listening(ADDRESS, port), connect)
        )

    async def entry(self, service: str) -> str:
        """Return the URL by which a service is reached from here."""
        return await self._services.entry(service)

    async def install(self, objects: Sequence[Object]) -> None:
        """Do what `helm install` does, without waiting for pods.

        Raises:
            JobFailedError: A hook failed; nothing but hooks was touched.
        """
        await self._release(objects, "pre-install")

    async def upgrade(self, objects: Sequence[Object], *, no_hooks: bool = False) -> None:
        """Do what `helm upgrade` does, and with `no_hooks` what it does so told. Raises as `install`."""
        await self._release(objects, None if no_hooks else "pre-upgrade")

    async def rolled_out(self, *, settled: bool = False, seconds: float = DEADLINE) -> None:
        """Return when all pods are new and available; if `settled`, when no old ones are left either.

        Raises:
            NotRolledOutError: They were not within `seconds`.
        """
        done: Callable[[Deployment], bool] = (
            Deployment.settled if settled else Deployment.rolled_out
        )
        try:
            async with asyncio.timeout(seconds):
                while not all(done(found) for found in self._deployments.values()):  # noqa: ASYNC110
                    await asyncio.sleep(LOOK_AGAIN)
        except TimeoutError:
            bad = [name for name, found in self._deployments.items() if not done(found)]
            logs = "\n".join(pod.logs() for name in bad for pod in self.pods(name))
            raise NotRolledOutError(f"{', '.join(bad)}:\n{logs}") from None

    async def _release(self, objects: Sequence[Object], event: str | None) -> None:
        for hook in hooks(objects, event) if event else ():
            self._keep_texts(hook)
            if hook["kind"] == "Job":
                await run_job(hook, self._kubelet)
        own = without_hooks(objects)
        for found in own:
            self._keep_texts(found)
        await self._services.apply(of_kind(own, "Service"))
        wanted = of_kind(own, "Deployment")
        for name, deployment in wanted.items():
            known = self._deployments.setdefault(
                name, Deployment(self._kubelet, self._services.changed)
            )
            known.apply(deployment)
        for name in self._deployments.keys() - wanted.keys():
            await self._deployments.pop(name).close()

    def _keep_texts(self, found: Object) -> None:
        kept = {"ConfigMap": self._configs, "Secret": self._secrets}.get(found["kind"])
        if kept is not None:
            kept[name_of(found)] = texts_of(found)


@asynccontextmanager
async def running_cluster(
    *, delay: float = 2.0, restart_pause: float = 0.5
) -> AsyncGenerator[Cluster, None]:
    """Run an empty cluster.

    Args:
        delay: Seconds until names and services follow what pods do, as they take in large clusters.
        restart_pause: Before containers and jobs are tried again, in seconds.

    Raises:
        NodeError: The machine does not let us have namespaces.
    """
    # A short path: those of sockets have a limit of 107 bytes.
    folder = Path(tempfile.mkdtemp(prefix="cluster-"))
    try:
        async with Node() as node:
            cluster = Cluster(node, folder, delay, restart_pause)
            try:
                await cluster.start()
                yield cluster
            finally:
                await cluster.close()
    finally:
        shutil.rmtree(folder)
