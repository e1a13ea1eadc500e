"""Metrics named as in the literature, and the benchmarks built on them."""
