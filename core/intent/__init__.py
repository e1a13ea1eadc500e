"""Reading what the operator wants: a theme, an idea, a keyword or a picture as an `Intent`; wishes about a list."""
