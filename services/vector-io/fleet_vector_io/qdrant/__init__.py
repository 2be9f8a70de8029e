"""What providers on Qdrant have in common, whether it is a server or a library."""
