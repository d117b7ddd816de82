"""Two indexes to find a person's reviews by: what she answered, and open tasks that any holder of a role may answer."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _index("ix_task_answered_by", "answered_by", "answered_by IS NOT NULL")
    _index("ix_task_open_role", "role", "status = 'open' AND person IS NULL")


def _index(name: str, column: str, where: str) -> None:
    op.create_index(name, "task", [column], sqlite_where=sa.text(where), postgresql_where=sa.text(where))
