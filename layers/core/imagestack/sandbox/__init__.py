"""A process of its own for codecs, so that an image can crash, hang or exhaust only that process.

The function's process holds credentials, connections and other requests. A worker process has none of them. The two
exchange encoded images and never pixels.
"""
