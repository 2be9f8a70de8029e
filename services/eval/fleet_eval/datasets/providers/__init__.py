"""Who reads the rows of datasets: one module a provider."""
