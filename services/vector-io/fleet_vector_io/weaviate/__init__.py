"""What is said to Weaviate, and what it answers."""
