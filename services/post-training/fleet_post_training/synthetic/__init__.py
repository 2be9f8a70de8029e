"""Data that models make: conversations answered, and good answers kept."""
