"""Runs of benchmarks: jobs that have rows answered and score the answers."""
