"""Bounded readers of headers, one for each format. No codec sees a byte before them."""
