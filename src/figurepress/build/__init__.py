"""Finds out what is out of date and runs the jobs that make it, with a pre-fork server."""
