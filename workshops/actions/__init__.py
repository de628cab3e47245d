"""Changing what happens on the day, by noun."""
