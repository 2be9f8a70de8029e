"""Llama Stack's own inference API, as its version 0.2.24 had it last.

Format: https://github.com/llamastack/llama-stack/blob/v0.2.24/llama_stack/apis/inference/inference.py
"""

from fleet_inference.dialects.legacy.service import LegacyInference

__all__ = ["LegacyInference"]
