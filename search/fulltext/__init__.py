"""Full-text search: from a query as typed to a page of ranked hits."""
