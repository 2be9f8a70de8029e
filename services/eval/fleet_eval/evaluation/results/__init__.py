"""What came of runs, as callers look at it."""
