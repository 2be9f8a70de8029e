"""What is said to Oracle Database."""
