"""Reads and validates the files of an author: configuration, prompts, sources."""
