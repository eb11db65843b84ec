"""Measure how the quality numbers of encoders look, and make `imagestack.transform.scales` and plots from the results.

    python -m bench.quality measure [--photos DIR] [--pixels 107000 380000 3000000] [--encoders webp-4 svt-8 aom-9]
    python -m bench.quality scales
    python -m bench.quality plot

`measure` adds rows to `docs/measurements/quality.csv`. It continues an interrupted run. `scales` prints the scales for
the library, with the deviation of single photographs. `plot` draws the rows. `measure` needs `ssimulacra2` (`pip
install --no-deps ssimulacra2==0.3.0`), `plot` needs matplotlib; `.venv/bench` has both.
"""
