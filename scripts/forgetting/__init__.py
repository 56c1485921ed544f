"""Modules of forget_customer.py: who a person is, and erasing them from files."""
