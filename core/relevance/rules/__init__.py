"""Rules as data: each says what it looks for and how good a product may be at most where it finds it."""
