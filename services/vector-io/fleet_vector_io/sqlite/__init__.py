"""Chunks, their attributes and words in a file of SQLite: what `inline::sqlite-vec` and `inline::faiss` stand on."""
