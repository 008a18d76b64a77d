"""The conversation as it happens: states, turns, barge-in. Pure Python, no Qt."""
