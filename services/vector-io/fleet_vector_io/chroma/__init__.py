"""What providers on Chroma have in common, whether it is a server or a library."""
