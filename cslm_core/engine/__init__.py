"""The engine as a process of its own: `client.py` in the program, `worker.py` in the child. Nothing heavy here."""
