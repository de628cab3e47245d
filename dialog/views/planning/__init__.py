"""Pages on which coordinators prepare a dialogue, its events, their programmes and their groups."""

from dialog.views.planning import agenda, dialogues, events, groups
from dialog.views.planning.dialogues import founding

__all__ = ["agenda", "dialogues", "events", "founding", "groups"]
