"""Documents and searches through whole systems, side by side."""
