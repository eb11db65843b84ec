"""Measures what the numbers of encoders look like, and makes `imagestack.transform.scales` and plots of it.

    python -m bench.quality measure [--photos DIR] [--pixels 107000 380000 3000000] [--encoders webp-4 svt-8 aom-9]
    python -m bench.quality scales
    python -m bench.quality plot

`measure` adds rows to `docs/measurements/quality.csv`; `scales` prints from them what stands in the library, with how
far single photographs are off; `plot` draws them. A run goes on where another was broken off. Needs `ssimulacra2` (`pip
install --no-deps ssimulacra2==0.3.0`), plots need matplotlib; `.venv/bench` has both.
"""
