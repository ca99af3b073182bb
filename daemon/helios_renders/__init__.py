"""Helios Renders: animated web pages to video, on every core the machine really has."""

__version__ = "0.1.0"
