"""Gatehealth: the health of a CI system, from the results of every test of every run."""

__version__ = "0.1.0"
