"""Llama Guard: Meta's language models that judge content, in each of their versions."""
