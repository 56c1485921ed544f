"""The second opinion: raw events replayed customer by customer, in plain Python.

Shares nothing with models or macros; everything follows docs/definitions.
`recompute.recompute(raw, policies)` is the pure core, without a database.
"""
