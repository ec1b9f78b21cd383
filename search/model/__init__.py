"""The values that cross every border: events, options, hits with their explanations, errors."""
