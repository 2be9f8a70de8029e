"""Kernels for CPUs with AVX2: products with packed weights, attention, and what is between them."""
