"""The speech decoder: merged units to speech (paper, section "Architecture", the speech decoder)."""
