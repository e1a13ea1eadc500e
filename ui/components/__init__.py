"""What screens are made of: plain values in, plain values out."""
