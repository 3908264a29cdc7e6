"""What the crawler may reach, may read, and how fast."""
