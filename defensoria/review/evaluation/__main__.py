"""`python -m defensoria.review.evaluation`."""

import os

# Before Rasa and TensorFlow are imported: they write nothing into the table and call nobody.
os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
os.environ.setdefault("PYTHONWARNINGS", "ignore")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")

from defensoria.review.evaluation.command import main

if __name__ == "__main__":
    main()
