"""Benchmarks: ratios measured in one run (quality.md, Speed and scale). `python -m tests.bench` runs all of them."""
