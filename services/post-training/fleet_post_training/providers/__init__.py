"""Who trains: one class a file, found by entry points."""
