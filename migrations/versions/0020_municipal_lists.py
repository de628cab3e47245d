"""Other words for fields and places, as lists of municipalities have them."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("counties", sa.Column("list_words", sa.JSON(), nullable=True))


def downgrade():
    op.drop_column("counties", "list_words")
