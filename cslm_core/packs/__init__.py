"""Packs: the folders that a model comes in. Importing this package loads nothing heavy."""
