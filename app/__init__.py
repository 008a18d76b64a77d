"""What people run: the command line and, later, the desktop window. Importing this package loads nothing heavy."""
