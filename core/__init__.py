"""Shelfcraft's core: from a theme to a curated selection, without a screen."""
