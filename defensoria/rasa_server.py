"""`rasa run` with this service's settings: the API's token comes from the environment, not from a command line.

Whoever can list processes can read command lines. Everything else is given as to `rasa run`.
"""

import logging
import os
import sys
from argparse import ArgumentParser
from pathlib import Path

from defensoria.lightness import leave_out_tensorflow, needs_tensorflow
from defensoria.settings import settings


def main() -> None:
    """Run Rasa's server with the arguments of this process, without what its model does not need."""
    # A message is too little to share out: threads of the linear algebra would only wait for each other, at work.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    if not needs_tensorflow(_model(sys.argv[1:])):
        leave_out_tensorflow()
    serve()


def serve() -> None:
    """Run Rasa's server with the arguments of this process."""
    # Not before it is known what is left out of it.
    from rasa.__main__ import main as rasa

    from defensoria.economies import economise

    # One line for each migration check would bury what matters.
    logging.getLogger("alembic").setLevel(logging.WARNING)
    # Where actions fail in a circle Rasa names the citizen by their whole number; our own log names the message.
    logging.getLogger("rasa.core.processor").addFilter(lambda record: "for sender" not in record.getMessage())
    economise()
    # A token may begin with a dash, which as an argument of its own would be taken for an option.
    sys.argv = ["rasa", "run", "--enable-api", f"--auth-token={settings().rasa_token}", *sys.argv[1:]]
    rasa()


def _model(arguments: list[str]) -> Path:
    parser = ArgumentParser(add_help=False)
    parser.add_argument("--model", "-m", type=Path, default=Path("models"))
    return Path(parser.parse_known_args(arguments)[0].model)


if __name__ == "__main__":
    main()
