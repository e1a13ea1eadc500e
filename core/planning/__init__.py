"""Planners: from an intent to a strategy, and the loop that revises it."""
