"""Training and judging the speech decoder. Importing this package loads nothing heavy."""
