"""Rasa's custom actions: they translate between the tracker and the office's rules, and decide nothing themselves."""
