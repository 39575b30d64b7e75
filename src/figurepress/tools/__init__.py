"""The commands behind `make`, and the pre-fork server that speeds up builds."""
