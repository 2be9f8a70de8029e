"""What keeps pods: Deployments, which replace them one by one, and Jobs, which try until one succeeds."""

import asyncio
import hashlib
import json
import math
from collections.abc import Callable
from contextlib import suppress

from fleet_testing.cluster.manifests import Object, name_of
from fleet_testing.cluster.pod import Kubelet, Pod

LOOK_AGAIN = 0.1
"""Seconds between two looks at pods, beside those at each change."""


class JobFailedError(Exception):
    """A Job failed as often as it may; the text is what its last pod said."""


class Deployment:
    """Pods of one template.

    Args:
        kubelet: Where they run.
        changed: Called after each change of a pod.
    """

    def __init__(self, kubelet: Kubelet, changed: Callable[[], None]) -> None:
        self.pods: list[Pod] = []
        self._kubelet = kubelet
        self._changed = changed
        self._made = 0
        self._name = ""
        self._spec: Object = {}
        self._revision = ""
        self._revisions: dict[Pod, str] = {}
        self._task: asyncio.Task[None] | None = None

    def apply(self, wanted: Object) -> None:
        """Want it so from now on."""
        self._name = name_of(wanted)
        self._spec = wanted["spec"]
        template = json.dumps(self._spec["template"], sort_keys=True)
        self._revision = hashlib.sha256(template.encode()).hexdigest()[:8]
        if self._task is None:
            self._task = asyncio.create_task(self._reconcile_forever())

    def rolled_out(self) -> bool:
        """Whether all pods are new, and available; old ones may still be ending.

        Raises:
            Exception: As reconciling did.
        """
        if self._task and self._task.done():
            self._task.result()
        here = self._here()
        new = [pod for pod in here if self._is_new(pod)]
        return len(here) == len(new) == self._replicas() and all(map(self._available, new))

    def settled(self) -> bool:
        """Whether it is rolled out, and no old pod is left."""
        return self.rolled_out() and len(self.pods) == self._replicas()

    async def close(self) -> None:
        """Let all pods end."""
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await asyncio.gather(*(pod.delete() for pod in self.pods))

    async def _reconcile_forever(self) -> None:
        while True:
            self._reconcile()
            await asyncio.sleep(LOOK_AGAIN)

    def _reconcile(self) -> None:
        """Make or end as many pods as the strategy lets us now.

        Source: https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#strategy
        """
        self.pods = [pod for pod in self.pods if not pod.gone]
        here, replicas = self._here(), self._replicas()
        new = [pod for pod in here if self._is_new(pod)]
        old = [pod for pod in here if not self._is_new(pod)]
        if self._spec.get("strategy", {}).get("type") == "Recreate":
            for pod in old:
                pod.delete()
            if len(self.pods) > len(new):  # those that are ending as well
                return
            surge, away = 0, replicas
        else:
            rolling = self._spec.get("strategy", {}).get("rollingUpdate", {})
            surge = _share(rolling.get("maxSurge", "25%"), replicas, up=True)
            away = _share(rolling.get("maxUnavailable", "25%"), replicas, up=False)
        for _ in range(min(replicas - len(new), replicas + surge - len(here))):
            self._make()
        for pod in sorted(new, key=self._available)[: max(0, len(new) - replicas)]:
            pod.delete()
        available = sum(map(self._available, here))
        for pod in sorted(old, key=self._available):
            if not self._available(pod):
                pod.delete()
            elif available > replicas - away:
                available -= 1
                pod.delete()

    def _make(self) -> None:
        self._made += 1
        name = f"{self._name}-{self._revision}-{self._made}"
        pod = Pod(name, self._spec["template"], self._kubelet, self._changed)
        self._revisions[pod] = self._revision
        self.pods.append(pod)

    def _here(self) -> list[Pod]:
        return [pod for pod in self.pods if not pod.terminating]

    def _is_new(self, pod: Pod) -> bool:
        return self._revisions[pod] == self._revision

    def _available(self, pod: Pod) -> bool:
        now = asyncio.get_running_loop().time()
        least = self._spec.get("minReadySeconds", 0)
        return pod.ready_since is not None and now - pod.ready_since >= least

    def _replicas(self) -> int:
        return int(self._spec.get("replicas", 1))


async def run_job(job: Object, kubelet: Kubelet) -> None:
    """Run a Job to its end.

    Raises:
        JobFailedError: It failed.
    """
    spec = job["spec"]
    said = ""
    with suppress(TimeoutError):
        async with asyncio.timeout(spec.get("activeDeadlineSeconds")):
            for number in range(spec.get("backoffLimit", 6) + 1):
                name = f"{name_of(job)}-{id(job):x}-{number}"
                pod = Pod(name, spec["template"], kubelet, lambda: None)
                try:
                    if await pod.finished() == 0:
                        return
                    said = pod.logs()
                finally:
                    await pod.delete()
                await asyncio.sleep(kubelet.restart_pause)
    raise JobFailedError(f"the job {name_of(job)} failed:\n{said}")


def _share(number: int | str, replicas: int, *, up: bool) -> int:
    """Return a number of pods that may be given as a share of all."""
    if isinstance(number, int):
        return number
    share = replicas * int(number.removesuffix("%")) / 100
    return math.ceil(share) if up else math.floor(share)
