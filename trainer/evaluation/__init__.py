"""Judging a pack on what it was never trained on: test sets, metrics, the scorecard, a comparison with a cascade."""
