"""Frames to a video: ffmpeg, formats, chunks and assembly."""
