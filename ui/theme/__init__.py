"""The colours that figures share with the screens; the screens' own stand in .streamlit/config.toml."""

ACCENT = "#3a6ddb"
"""Legible with white text on it, and against the light and the dark page."""
INK = {"light": "#1b2230", "dark": "#e9ecf2"}
