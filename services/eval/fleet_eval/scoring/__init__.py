"""Scoring what models answered."""
