"""Clues from partners: read from what they sent, verified by ourselves, and never evidence."""
