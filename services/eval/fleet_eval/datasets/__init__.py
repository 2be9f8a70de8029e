"""Datasets, and their rows."""
