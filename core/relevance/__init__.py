"""Relevance that can be trusted: four grades, rules as data, two judges behind one Protocol, live learning."""
