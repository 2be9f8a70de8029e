"""Google's Interactions API: https://ai.google.dev/gemini-api/docs/interactions.

In its form with `outputs` and `content` events, which google-genai reads up to its version 1.
"""

from fleet_inference.dialects.interactions.service import Interactions

__all__ = ["Interactions"]
