"""Reads and validates what the author writes: configuration, prompts, sources."""
