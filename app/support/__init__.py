"""What surrounds the program: crash log, diagnostics, single instance."""
