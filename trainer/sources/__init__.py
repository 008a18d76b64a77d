"""Readers of the pretrained parts that a recipe starts from."""
