"""Subtitles: cues read from files, written to others, and drawn into frames."""
