"""Agents, their sessions and turns, as Llama Stack's version 0.3.5 had them last, on the engine of responses.

Format: https://github.com/llamastack/llama-stack/blob/v0.3.5/src/llama_stack/apis/agents/agents.py
"""
