"""Corpora, alignment, training and evaluation of CSLM packs. Importing this package loads nothing heavy."""
