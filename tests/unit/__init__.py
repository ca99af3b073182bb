"""Tests of pure logic and of single modules."""
