"""What a term matches: the full recall on LanceDB and TinyPreview in memory, by one definition."""
