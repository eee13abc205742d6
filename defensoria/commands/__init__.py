"""What is typed as `python -m defensoria …`: a group of commands a module."""
