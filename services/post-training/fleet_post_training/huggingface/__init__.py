"""What `inline::huggingface` is made of, but for the process that trains."""
