"""The local stack: `imagestack serve`, on a developer's or operator's machine."""
