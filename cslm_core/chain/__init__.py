"""The chain of modality: prompts, the parser of the token stream, chunks, generation of turns. Needs no torch."""
