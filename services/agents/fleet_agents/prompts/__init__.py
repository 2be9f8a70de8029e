"""Prompts: texts with variables, kept in numbered versions."""
