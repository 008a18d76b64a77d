"""A new language for a pack: its corpus, gate, training and installation. Importing this loads nothing heavy."""
