"""A made-up business with a known truth: one module per part of its history."""
