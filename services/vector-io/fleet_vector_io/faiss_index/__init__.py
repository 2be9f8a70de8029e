"""Vectors in memory, and how they stay what the file says."""
