"""What is said to Neo4j."""
