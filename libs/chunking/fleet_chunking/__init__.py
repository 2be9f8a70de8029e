"""Cutting texts into chunks, by the tokens of a model and by their structure."""
