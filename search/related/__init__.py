"""Related events: how alike two events are, and the list of an event or a text."""
