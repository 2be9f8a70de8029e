"""Finding insecure code in what people and models say."""
