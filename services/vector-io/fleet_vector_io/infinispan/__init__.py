"""What is said to Infinispan, and what it answers."""
