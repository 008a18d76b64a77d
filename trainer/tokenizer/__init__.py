"""Training of the speech tokenizer: phoneme labels, alignment, quantiser."""
