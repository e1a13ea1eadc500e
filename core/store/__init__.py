"""The SQL store: everything an operator did or that cost money."""
