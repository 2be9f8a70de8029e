"""Who runs benchmarks."""
