"""Planning: facts without names on every atendimento, and the figures that the office plans with."""
