"""The catalogue: a shop's own export in, a searchable LanceDB table out."""
