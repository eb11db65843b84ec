"""Pixels in a process of their own: an image that crashes a codec, hangs it or fills the memory takes nothing along.

The function's process holds credentials, connections and other requests; the worker has none of them. What crosses
between the two are bodies, as they lie in S3 and as they go there, and never pixels.
"""
