"""Histograms that cost a call next to nothing.

The library's own takes a lock for the sum, walks the buckets, and takes another lock. Here all observing happens on the
event loop, and a scrape from another thread may at worst miss the newest observation.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence

from prometheus_client import CollectorRegistry
from prometheus_client.core import HistogramMetricFamily
from prometheus_client.registry import Collector
from prometheus_client.utils import floatToGoString


class Series:
    """What was observed under one set of labels."""

    __slots__ = ("_bounds", "counts", "total")

    def __init__(self, bounds: Sequence[float]) -> None:
        self._bounds = bounds
        self.counts = [0] * (len(bounds) + 1)
        self.total = 0.0

    def observe(self, amount: float) -> None:
        """Count `amount`."""
        self.counts[bisect_left(self._bounds, amount)] += 1
        self.total += amount


class Histogram(Collector):
    """A Prometheus histogram with labels.

    Args:
        name: Its name, with its unit.
        documentation: What it measures.
        labels: The names of its labels.
        buckets: The upper bounds, inclusive, ascending, without infinity.
        registry: Where scrapes find it.
    """

    def __init__(
        self,
        name: str,
        documentation: str,
        labels: Sequence[str],
        buckets: Sequence[float],
        registry: CollectorRegistry,
    ) -> None:
        self._name, self._documentation, self._labels = name, documentation, labels
        self._bounds = buckets
        self._names = [*map(floatToGoString, buckets), "+Inf"]
        self._series: dict[tuple[str, ...], Series] = {}
        registry.register(self)

    def labels(self, *values: str) -> Series:
        """Return the series of these labels, made when first asked for."""
        series = self._series.get(values)
        if series is None:
            series = self._series[values] = Series(self._bounds)
        return series

    def describe(self) -> Iterable[HistogramMetricFamily]:
        """Say what there is before anything was observed."""
        yield HistogramMetricFamily(self._name, self._documentation, labels=self._labels)

    def collect(self) -> Iterable[HistogramMetricFamily]:
        """Return all series, as a scrape wants them."""
        family = HistogramMetricFamily(self._name, self._documentation, labels=self._labels)
        for values, series in list(self._series.items()):
            buckets, sofar = [], 0
            for name, count in zip(self._names, series.counts, strict=True):
                sofar += count
                buckets.append((name, sofar))
            family.add_metric(values, buckets, series.total)
        yield family
