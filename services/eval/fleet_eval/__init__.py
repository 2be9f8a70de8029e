"""The eval service: datasets and their rows, scoring, and benchmarks."""
