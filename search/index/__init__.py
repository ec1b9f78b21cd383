"""What lies on disk: published all at once, checked when it is read, open as a snapshot."""
