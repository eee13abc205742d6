"""Measurements of the whole system under load, with the simulator as Meta."""
