"""One set of recordings a module: where it lies, how it is read, what its labels say."""
