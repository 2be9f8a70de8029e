"""The eval service: datasets and their rows, and scoring."""
