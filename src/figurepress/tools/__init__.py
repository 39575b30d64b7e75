"""The commands behind `make`, except for the build."""
