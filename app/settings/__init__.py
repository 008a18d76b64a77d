"""What the user has chosen, kept as TOML."""
