"""Llama Stack's older names for vector stores, and its RAG tool."""
