"""Benchmarks: datasets, and how answers to their rows are scored."""
