"""What is on disk: published all at once, checked when it is read, and open as a snapshot."""
