"""How good a strategy is, in numbers and in words."""
