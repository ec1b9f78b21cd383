"""Full-text search and explained related lists for archives of dated event summaries."""
