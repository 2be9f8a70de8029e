"""Projects and spaces: what each request to watsonx.ai is booked to."""

from collections.abc import Mapping

from fleet_runtime.call import Call
from fleet_runtime.errors import InvalidArgument

PROJECT = "watsonx_project_id"
"""What callers call their own project."""


class Places:
    """Finds what a call is booked to: the caller's own project, or else the configured one, or else the space.

    Args:
        project: The configured project.
        space: The configured deployment space.
    """

    def __init__(self, project: str | None, space: str | None) -> None:
        self._ours = {"project_id": project} if project else {"space_id": space} if space else {}

    def of(self, call: Call) -> Mapping[str, str]:
        """Return the field that says where.

        Raises:
            InvalidArgument: Nobody said where.
        """
        project = call.provider_data().get(PROJECT)
        if project and not isinstance(project, str):
            raise InvalidArgument(
                f"`{PROJECT}` in the provider data is no project.", code="invalid_provider_data"
            )
        found = {"project_id": project} if project else self._ours
        if not found:
            raise InvalidArgument(
                f"watsonx.ai needs a project and none is configured. Send one as `{PROJECT}` in the header"
                " `X-LlamaStack-Provider-Data`.",
                code="missing_project",
            )
        return found
