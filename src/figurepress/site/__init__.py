"""Makes what shows all figures: manifest, page, overview pictures."""
