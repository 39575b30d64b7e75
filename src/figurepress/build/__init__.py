"""What `make` runs: finds out which figures and pages are out of date, and builds them."""
