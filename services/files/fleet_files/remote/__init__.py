"""Having files read by other servers."""
