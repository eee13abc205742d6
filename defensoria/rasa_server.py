"""`rasa run` with this service's settings: the API's token comes from the environment, not from a command line.

Whoever can list processes can read command lines. Everything else is given as to `rasa run`.
"""

import logging
import sys

from rasa.__main__ import main as rasa

from defensoria.economies import economise
from defensoria.settings import settings


def main() -> None:
    """Run Rasa's server with the arguments of this process."""
    # One line for each migration check would bury what matters.
    logging.getLogger("alembic").setLevel(logging.WARNING)
    # Where actions fail in a circle Rasa names the citizen by their whole number; our own log names the message.
    logging.getLogger("rasa.core.processor").addFilter(lambda record: "for sender" not in record.getMessage())
    economise()
    # A token may begin with a dash, which as an argument of its own would be taken for an option.
    sys.argv = ["rasa", "run", "--enable-api", f"--auth-token={settings().rasa_token}", *sys.argv[1:]]
    rasa()


if __name__ == "__main__":
    main()
