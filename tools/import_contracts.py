"""An import-linter contract of ours: a package is entered by its front doors only."""

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


class EntranceContract(Contract):
    """Modules with one of the `closed` names belong to their package; others may not import them.

    Layers cannot say this: they order packages, but let a higher one reach into every room of a lower one.
    Settings: `packages` that are guarded, `closed` module names in each, `allowed_importers` that may.
    """

    packages = fields.ListField(subfield=fields.StringField())
    closed = fields.ListField(subfield=fields.StringField())
    allowed_importers = fields.ListField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Look at every import of a closed module from outside its package."""
        # On an instance import-linter replaces each field by the values read from pyproject.toml.
        packages, closed, allowed = (
            {str(value) for value in vars(self)[name]} for name in ("packages", "closed", "allowed_importers")
        )
        broken: list[tuple[str, str]] = []
        for module in sorted(graph.modules):
            package, _, room = module.partition(".")
            if package not in packages or room.partition(".")[0] not in closed:
                continue
            for importer in sorted(graph.find_modules_that_directly_import(module)):
                if importer.partition(".")[0] not in {package, *allowed}:
                    broken.append((importer, module))
        return ContractCheck(kept=not broken, metadata={"broken": broken})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Name each import and the way in that is open."""
        for importer, module in check.metadata["broken"]:
            package = module.partition(".")[0]
            output.print_error(
                f"{importer} imports {module}; enter {package} through its "
                "queries, actions, facts, permissions or models."
            )
