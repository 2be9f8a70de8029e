"""Vectors in memory: how they are searched, and how they stay what the file says."""
