"""Faiss's graphs, and the files that keep them."""
