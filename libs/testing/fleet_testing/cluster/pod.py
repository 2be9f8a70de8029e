"""One pod, from its init containers to its end."""

import asyncio
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from fleet_testing.cluster.container import Container, Place
from fleet_testing.cluster.environment import environment_of
from fleet_testing.cluster.manifests import Object
from fleet_testing.cluster.node import DNS, Network, Node
from fleet_testing.cluster.probes import Prober
from fleet_testing.cluster.volumes import Store, make_volumes, mounts_of

RESOLV_CONF = f"""\
nameserver {DNS}
search {{namespace}}.svc.cluster.local svc.cluster.local cluster.local
options ndots:5
"""
GRACE = 30
"""Seconds that a pod has to end, if it does not say."""


@dataclass(frozen=True)
class Kubelet:
    """What pods need of their machine.

    Attributes:
        node: The machine.
        store: ConfigMaps, Secrets and claims.
        folder: Where pods keep their files.
        restart_pause: Seconds before a container is started again; Kubernetes waits 10, and each time twice as long.
    """

    node: Node
    store: Store
    folder: Path
    restart_pause: float


class Pod:
    """A pod.

    Args:
        name: Its name.
        template: What it is made from.
        kubelet: Where it runs.
        changed: Called after each change.

    Attributes:
        address: Its IP address, once it has one.
        ready_since: Since when, on the loop's clock.
        terminating: Whether it is to end.
        code: The exit code of a pod that has ended by itself.
        restarts: How often one of its containers was started again.
    """

    def __init__(
        self, name: str, template: Object, kubelet: Kubelet, changed: Callable[[], None]
    ) -> None:
        self.name = name
        self.labels: dict[str, str] = template["metadata"]["labels"]
        self.namespace = "fleet"
        self.address = ""
        self.ready_since: float | None = None
        self.terminating = False
        self.code: int | None = None
        self.restarts = 0
        self.spec: Object = template["spec"]
        self._kubelet = kubelet
        self._changed = changed
        self._folder = kubelet.folder / name
        self._up: dict[str, bool] = {}
        self._containers: list[Container] = []
        self._network: Network | None = None
        self._task = asyncio.create_task(self._run())
        self._stopping: asyncio.Task[None] | None = None

    @property
    def ready(self) -> bool:
        """Whether all of its containers are."""
        return self.ready_since is not None

    @property
    def gone(self) -> bool:
        """Whether nothing of it is left."""
        return self._stopping is not None and self._stopping.done()

    def delete(self) -> "asyncio.Task[None]":
        """Let it end, and return what ends with it."""
        if self._stopping is None:
            self.terminating = True
            self._stopping = asyncio.create_task(self._stop())
            self._changed()
        return self._stopping

    def logs(self) -> str:
        """Return the ends of the logs of its containers."""
        return "\n".join(f"{self.name} {c.name}:\n{c.said()}" for c in self._containers)

    async def finished(self) -> int:
        """Return the exit code of a pod that ends by itself."""
        await self._task
        return self.code or 0

    async def _run(self) -> None:
        self._folder.mkdir(parents=True)
        self._network = await self._kubelet.node.add_pod()
        self.address = self._network.address
        volumes = make_volumes(self.spec, self._kubelet.store, self._folder / "volumes")
        resolv = self._folder / "resolv.conf"
        resolv.write_text(RESOLV_CONF.format(namespace=self.namespace))
        shared = [
            {"path": "/etc/resolv.conf", "source": str(resolv), "readonly": True},
            {"path": "/dev/shm", "source": self._empty("shm"), "readonly": False},
        ]
        for spec in self.spec.get("initContainers", []):
            container = self._container(spec, volumes, shared)
            while await self._once(container):
                if not self._restarts():
                    self.code = 1
                    return
                await self._pause()
        containers = [self._container(spec, volumes, shared) for spec in self.spec["containers"]]
        self._up = {container.name: False for container in containers}
        async with asyncio.TaskGroup() as group:
            for container in containers:
                group.create_task(self._keep(container))

    def _empty(self, name: str) -> str:
        folder = self._folder / name
        folder.mkdir()
        return str(folder)

    def _container(
        self, spec: Object, volumes: dict[str, Path], shared: list[dict[str, object]]
    ) -> Container:
        if self._network is None:
            raise RuntimeError("a pod without a network")
        fields = {
            "metadata.name": self.name,
            "metadata.namespace": self.namespace,
            "status.podIP": self.address,
            **{f"metadata.labels['{key}']": text for key, text in self.labels.items()},
        }
        name = spec["name"]
        place = Place(
            enter=self._network.enter,
            mounts=[*shared, *mounts_of(spec, volumes)],
            environ=environment_of(spec, self._kubelet.store, fields),
            root=Path(self._empty(f"root-{name}")),
            log=self._folder / f"{name}.log",
        )
        user = (self.spec.get("securityContext") or {}).get("runAsUser", os.getuid())
        container = Container(spec, place, user)
        self._containers.append(container)
        return container

    async def _once(self, container: Container) -> int:
        await container.start()
        return await container.wait()

    def _restarts(self) -> bool:
        return bool(self.spec.get("restartPolicy", "Always") != "Never")

    async def _pause(self) -> None:
        self.restarts += 1
        await asyncio.sleep(self._kubelet.restart_pause)

    async def _keep(self, container: Container) -> None:
        """Keep a container running."""
        while not self.terminating:
            await container.start()
            watch = asyncio.create_task(self._watch(container))
            code = await container.wait()
            watch.cancel()
            with suppress(asyncio.CancelledError):
                await watch
            self._become(container, up=False)
            if not self._restarts():
                self.code = max(self.code or 0, abs(code))
                return
            if not self.terminating:
                await self._pause()

    async def _watch(self, container: Container) -> None:
        """Ask as long as it runs: first whether it has started, then whether it is ready, and alive."""
        spec = container.spec
        prober = Prober(container, self._kubelet.node, self.address, self._folder)
        if startup := spec.get("startupProbe"):
            await asyncio.sleep(startup.get("initialDelaySeconds", 0))
            if not await prober.until(startup, 1, startup.get("failureThreshold", 3)):
                return await self._end(container)
        async with asyncio.TaskGroup() as group:
            if liveness := spec.get("livenessProbe"):
                group.create_task(self._stay_alive(container, prober, liveness))
            if readiness := spec.get("readinessProbe"):
                group.create_task(self._stay_ready(container, prober, readiness))
            else:
                self._become(container, up=True)
        return None

    async def _stay_ready(self, container: Container, prober: Prober, probe: Object) -> None:
        await asyncio.sleep(probe.get("initialDelaySeconds", 0))
        bad, good = probe.get("failureThreshold", 3), probe.get("successThreshold", 1)
        while True:
            up = self._up[container.name]
            # Until it changes.
            forever = 1 << 30
            turned = await prober.until(probe, forever if up else good, bad if up else forever)
            self._become(container, up=turned)
            await asyncio.sleep(probe.get("periodSeconds", 10))

    async def _stay_alive(self, container: Container, prober: Prober, probe: Object) -> None:
        await asyncio.sleep(probe.get("initialDelaySeconds", 0))
        await prober.until(probe, 1 << 30, probe.get("failureThreshold", 3))
        await self._end(container)

    def _become(self, container: Container, *, up: bool) -> None:
        self._up[container.name] = up
        if all(self._up.values()) != self.ready:
            self.ready_since = None if self.ready else asyncio.get_running_loop().time()
            self._changed()

    async def _stop(self) -> None:
        """End all containers, as their manifests say."""
        await asyncio.gather(*(self._end(container) for container in self._containers))
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        for container in self._containers:
            container.kill()
        if self._network:
            self._network.close()
        self.ready_since = None
        self._changed()

    async def _end(self, container: Container) -> None:
        """Hook, SIGTERM, and when the grace is over SIGKILL."""
        grace = self.spec.get("terminationGracePeriodSeconds", GRACE)
        try:
            async with asyncio.timeout(grace):
                hook = (container.spec.get("lifecycle") or {}).get("preStop") or {}
                if "sleep" in hook:
                    await asyncio.sleep(hook["sleep"]["seconds"])
                elif "exec" in hook:
                    await container.execute(hook["exec"]["command"], grace)
                container.terminate()
                await container.wait()
        except TimeoutError:
            container.kill()
            await container.wait()
