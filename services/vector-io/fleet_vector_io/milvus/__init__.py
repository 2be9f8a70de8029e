"""What providers on Milvus have in common, whether it is a server or a library."""
