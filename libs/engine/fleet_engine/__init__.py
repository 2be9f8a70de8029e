"""Llama-architecture models and sentence encoders on torch."""
