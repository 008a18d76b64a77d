"""Synthesis of training speech with open TTS teachers (Kokoro, Piper)."""
