"""The speech tokenizer: 16 kHz speech to merged units. Importing this package loads nothing heavy."""
