"""The funnel from recalled candidates to a curated list, and its exports."""
