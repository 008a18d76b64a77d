"""The joint LM: its vocabulary, its weights on disk, its runtimes and sampling. Imports nothing heavy by itself."""
