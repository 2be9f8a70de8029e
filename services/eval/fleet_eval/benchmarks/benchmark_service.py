"""The operations on benchmarks: listing them, and registering some."""

import msgspec

from fleet.eval.v1 import messages as m
from fleet_eval.benchmarks.benchmark import Benchmark
from fleet_eval.benchmarks.known import Benchmarks
from fleet_eval.datasets.rows import is_row
from fleet_runtime.call import Call
from fleet_runtime.encoded import ABSENT
from fleet_runtime.errors import InvalidArgument
from fleet_runtime.operation import Answer


class BenchmarkOperations:
    """Says which benchmarks there are, and takes new ones.

    Args:
        benchmarks: The benchmarks.
    """

    def __init__(self, benchmarks: Benchmarks) -> None:
        self._benchmarks = benchmarks

    async def list_benchmarks(
        self, request: m.ListBenchmarksRequest, call: Call
    ) -> Answer[m.BenchmarkList]:
        """List all benchmarks."""
        del request, call
        return m.BenchmarkList(data=[_told(each) for each in await self._benchmarks.all()])

    async def get_benchmark(
        self, request: m.GetBenchmarkRequest, call: Call
    ) -> Answer[m.Benchmark]:
        """Get one benchmark."""
        del call
        return _told(await self._benchmarks.get(request.benchmark_id))

    async def register_benchmark(self, request: m.RegisterBenchmarkRequest, call: Call) -> None:
        """Register a benchmark."""
        if "/" in request.benchmark_id:
            raise InvalidArgument(
                "'benchmark_id' must have no slashes: it stands in paths.",
                code="invalid_value",
                param="benchmark_id",
            )
        benchmark = Benchmark(
            request.benchmark_id,
            self._benchmarks.provider_for(request.provider_id),
            request.provider_benchmark_id or request.benchmark_id,
            request.dataset_id,
            tuple(request.scoring_functions),
            _object(request.metadata),
        )
        await self._benchmarks.add(benchmark, call)

    async def register_eval_task(self, request: m.RegisterEvalTaskRequest, call: Call) -> None:
        """Register a benchmark, by the older names."""
        told = m.RegisterBenchmarkRequest(
            benchmark_id=request.eval_task_id,
            dataset_id=request.dataset_id,
            scoring_functions=request.scoring_functions,
            provider_benchmark_id=request.provider_eval_task_id,
            provider_id=request.provider_id,
            metadata=request.metadata,
        )
        await self.register_benchmark(told, call)

    async def unregister_benchmark(self, request: m.UnregisterBenchmarkRequest, call: Call) -> None:
        """Take a registered benchmark away."""
        await self._benchmarks.remove(request.benchmark_id, call)


def _told(benchmark: Benchmark) -> m.Benchmark:
    return m.Benchmark(
        identifier=benchmark.id,
        provider_resource_id=benchmark.name,
        provider_id=benchmark.provider,
        dataset_id=benchmark.dataset,
        scoring_functions=list(benchmark.scoring_functions),
        metadata=msgspec.Raw(benchmark.metadata),
    )


def _object(text: msgspec.Raw) -> bytes:
    """Return the text of a JSON object, which is empty if nothing was given.

    Raises:
        InvalidArgument: It is no object.
    """
    if text is ABSENT or bytes(text) == b"null":
        return b"{}"
    if not is_row(text):
        raise InvalidArgument(
            "'metadata' must be an object.", code="invalid_value", param="metadata"
        )
    # In one form, so that the same settings are the same benchmark.
    return msgspec.json.encode(msgspec.json.decode(text))
