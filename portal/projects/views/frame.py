"""What stands around every page of one project, those of modules above among them."""

from typing import Any
from uuid import UUID

from portal.projects.models import Project
from portal.projects.queries.project import project_with
from portal.projects.views.tabs import PROJECT
from portal.web.access import current_ability, load


def framed(uuid: UUID, action: str = "read") -> tuple[Project, dict[str, Any]]:
    """The project, if the reader may do `action` to it, and what `projects/view_of_project.html` asks for.

    Raises NotFound. `changes` and `deletes` say what else the reader may do to it; nothing of a closed one is changed.
    """
    project = load(project_with(uuid), action, Project)
    return project, frame_of(project)


def frame_of(project: Project) -> dict[str, Any]:
    """What `projects/view_of_project.html` asks for, of a project that is loaded."""
    ability = current_ability()
    return {
        "project": project,
        "tabs": PROJECT.of(project.uuid),
        "changes": ability.can("update", project),
        "deletes": ability.can("delete", project),
        "reopens": ability.can("reopen", project),
    }
