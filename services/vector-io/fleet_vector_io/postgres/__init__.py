"""Chunks in Postgres with pgvector: what `remote::pgvector` stands on."""
