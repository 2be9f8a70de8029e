"""Items: what conversations hold, and what responses read and produce."""
