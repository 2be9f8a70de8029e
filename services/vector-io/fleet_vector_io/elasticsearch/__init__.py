"""What is said to Elasticsearch, and what it answers."""
