"""The formats of files with rows: one module a format."""
