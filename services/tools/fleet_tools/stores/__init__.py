"""Searching vector stores, and putting what was found into words for a model."""
