"""The actions in Rasa's own process: no tracker and no domain are written out, sent and read again for each.

The action server runs the same ones for `rasa shell`, and for whoever sets `ACTIONS_IN_RASA=false` to have them apart.
"""

import json as jsonlib
from typing import Any

from rasa.utils.endpoints import ClientResponseError, EndpointConfig
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection

_REJECTED = 400


class ActionsInProcess(EndpointConfig):
    """In the place of an action server's address. Actions must not wait for anything: everybody would wait with them.

    Args:
        package: name of the package with the actions.
    """

    def __init__(self, package: str) -> None:
        super().__init__(url=f"python:{package}")
        self._executor = ActionExecutor()
        self._executor.register_package(package)

    async def request(self, *args: Any, json: dict[str, Any], **kwargs: Any) -> Any:
        """Run the action that Rasa asks for.

        Raises:
            ClientResponseError: with status 400, as from the action server: the action does not want to run.
        """
        try:
            return await self._executor.run(json)
        except ActionExecutionRejection as rejection:
            answer = {"error": rejection.message, "action_name": rejection.action_name}
            raise ClientResponseError(_REJECTED, "rejected", jsonlib.dumps(answer)) from rejection
