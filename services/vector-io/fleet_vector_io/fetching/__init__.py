"""Fetching what callers name by an address."""
