"""Where the contracts look for `TokenLayout`; it lives with the vocabulary it describes (`cslm_core/lm/layout.py`)."""

from cslm_core.lm.layout import TextDecoder, TokenKind, TokenLayout

__all__ = ["TextDecoder", "TokenKind", "TokenLayout"]
