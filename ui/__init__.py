"""The screens: read inputs, call core, draw what comes back."""
