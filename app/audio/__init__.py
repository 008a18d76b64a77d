"""Sound in and out: devices, exact 10 ms frames, echo cancellation, voice activity."""
