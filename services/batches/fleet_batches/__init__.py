"""The batches service: many requests in one file, answered by and by."""
