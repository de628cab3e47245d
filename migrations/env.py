"""Alembic's entry: runs on the connection that `core.schema` opened, or on the application's own."""

from alembic import context
from flask import current_app, has_app_context

from core.db import Base, db


def run(connection):
    arguments = current_app.extensions["migrate"].configure_args if has_app_context() else {}
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        # SQLite can take a change of its tables back, because `core.db` begins its transactions itself.
        transactional_ddl=True,
        **{"render_as_batch": True, "compare_type": True, **arguments},
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    with db.engine.connect() as own:
        run(own)
