"""The conversation as it is shown: turns as bubbles, replies as the chain of text and speech that they are."""
