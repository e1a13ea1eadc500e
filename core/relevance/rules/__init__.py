"""Rules as data: each `*.toml` file here holds atomic rules, read and checked by `core.relevance.rules.book`."""
