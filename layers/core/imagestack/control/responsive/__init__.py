"""Responsive images: the HTML with which a browser chooses among several widths of one image."""
