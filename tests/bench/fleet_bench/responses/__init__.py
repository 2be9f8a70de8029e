"""Responses with tools through whole systems, side by side."""
