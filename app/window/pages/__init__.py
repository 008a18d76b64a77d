"""The pages beside the conversation; each takes the context and knows nothing of the others."""
