"""One file a format, or a library that reads several. They run in workers, but for small plain texts."""
