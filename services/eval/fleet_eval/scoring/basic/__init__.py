"""Scores that need no model: one module a function."""
