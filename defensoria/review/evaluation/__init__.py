"""The quality report: how well messages, facts and whole conversations are understood, held to kept floors."""
