"""The office's facts and rules: who may be served, when, and by which núcleo. No clock, database or network in here."""
