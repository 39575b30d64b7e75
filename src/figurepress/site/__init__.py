"""Makes the pages that show all figures: manifest, page, fonts, overview pictures."""
