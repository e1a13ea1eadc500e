"""The local judge: few monotone features of query and product, a small ordinal model, no language model."""
