"""The first tables."""

import sqlalchemy as sa
from alembic import op

from engine.store import triggers

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

INSTANT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table('event',
    sa.Column('stream', sa.Text(), nullable=False),
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.Column('leaf_hash', sa.Text(), nullable=False),
    sa.Column('data', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('stream', 'seq', name=op.f('pk_event'))
    )
    op.create_table('log',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('begun_at', INSTANT, nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_log'))
    )
    op.create_table('person',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('pseudonym', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('ref', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('name_zh', sa.Text(), nullable=False),
    sa.Column('timezone', sa.Text(), nullable=True),
    sa.Column('attributes', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_person')),
    sa.UniqueConstraint('pseudonym', name=op.f('uq_person_pseudonym')),
    sa.UniqueConstraint('ref', name=op.f('uq_person_ref'))
    )
    op.create_table('assignment',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('person', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('target', sa.Text(), nullable=False),
    sa.Column('since', INSTANT, nullable=False),
    sa.Column('until', INSTANT, nullable=True),
    sa.Column('recorded_at', INSTANT, nullable=False),
    sa.ForeignKeyConstraint(['person'], ['person.id'], name=op.f('fk_assignment_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_assignment'))
    )
    op.create_index(op.f('ix_assignment_kind_target'), 'assignment', ['kind', 'target'], unique=False)
    op.create_index(op.f('ix_assignment_person_kind'), 'assignment', ['person', 'kind'], unique=False)
    op.create_table('definition',
    sa.Column('fingerprint', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('status', sa.Text(), nullable=False),
    sa.Column('sources', sa.Text(), nullable=False),
    sa.Column('sources_hash', sa.Text(), nullable=False),
    sa.Column('proposed_by', sa.Text(), nullable=False),
    sa.Column('proposed_at', INSTANT, nullable=False),
    sa.Column('approved_by', sa.Text(), nullable=True),
    sa.Column('approved_at', INSTANT, nullable=True),
    sa.ForeignKeyConstraint(['proposed_by'], ['person.id'], name=op.f('fk_definition_proposed_by')),
    sa.ForeignKeyConstraint(['approved_by'], ['person.id'], name=op.f('fk_definition_approved_by')),
    sa.PrimaryKeyConstraint('fingerprint', name=op.f('pk_definition'))
    )
    op.create_index(op.f('ix_definition_name'), 'definition', ['name'], unique=False)
    op.create_table('observation',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('subject', sa.Text(), nullable=False),
    sa.Column('input', sa.Text(), nullable=False),
    sa.Column('value', sa.Text(), nullable=False),
    sa.Column('period', sa.Text(), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('record', sa.Text(), nullable=False),
    sa.Column('taken_at', INSTANT, nullable=False),
    sa.Column('recorded_at', INSTANT, nullable=False),
    sa.Column('samples', sa.Integer(), nullable=True),
    sa.Column('replaces', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['subject'], ['person.id'], name=op.f('fk_observation_subject')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_observation')),
    sa.UniqueConstraint('replaces', name=op.f('uq_observation_replaces')),
    sa.ForeignKeyConstraint(['replaces'], ['observation.id'], name=op.f('fk_observation_replaces'))
    )
    op.create_index(op.f('ix_observation_source_record'), 'observation', ['source', 'record'], unique=False)
    op.create_index(op.f('ix_observation_subject_period'), 'observation', ['subject', 'period'], unique=False)
    op.create_index('uq_observation_first', 'observation', ['source', 'record'], unique=True, sqlite_where=sa.text('replaces IS NULL'), postgresql_where=sa.text('replaces IS NULL'))
    op.create_table('payload',
    sa.Column('stream', sa.Text(), nullable=False),
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('person', sa.Text(), nullable=True),
    sa.Column('sealed', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['stream', 'seq'], ['event.stream', 'event.seq'], name=op.f('fk_payload_stream_seq')),
    sa.ForeignKeyConstraint(['person'], ['person.id'], name=op.f('fk_payload_person')),
    sa.PrimaryKeyConstraint('stream', 'seq', 'number', name=op.f('pk_payload'))
    )
    op.create_index(op.f('ix_payload_person'), 'payload', ['person'], unique=False)
    op.create_table('request',
    sa.Column('actor', sa.Text(), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('digest', sa.Text(), nullable=False),
    sa.Column('receipt', sa.Text(), nullable=False),
    sa.Column('at', INSTANT, nullable=False),
    sa.ForeignKeyConstraint(['actor'], ['person.id'], name=op.f('fk_request_actor')),
    sa.PrimaryKeyConstraint('actor', 'key', name=op.f('pk_request'))
    )
    op.create_table('start',
    sa.Column('subject', sa.Text(), nullable=False),
    sa.Column('workflow', sa.Text(), nullable=False),
    sa.Column('period', sa.Text(), nullable=False),
    sa.Column('review', sa.Text(), nullable=False),
    sa.Column('given', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['subject'], ['person.id'], name=op.f('fk_start_subject')),
    sa.PrimaryKeyConstraint('subject', 'workflow', 'period', name=op.f('pk_start'))
    )
    op.create_table('cycle',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('definition', sa.Text(), nullable=False),
    sa.Column('workflow', sa.Text(), nullable=False),
    sa.Column('period', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('opened_at', INSTANT, nullable=False),
    sa.Column('opened_by', sa.Text(), nullable=True),
    sa.Column('closed_at', INSTANT, nullable=True),
    sa.Column('attributes', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['definition'], ['definition.fingerprint'], name=op.f('fk_cycle_definition')),
    sa.ForeignKeyConstraint(['opened_by'], ['person.id'], name=op.f('fk_cycle_opened_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_cycle'))
    )
    op.create_index(op.f('ix_cycle_workflow_period'), 'cycle', ['workflow', 'period'], unique=False)
    op.create_table('review',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('cycle', sa.Text(), nullable=False),
    sa.Column('subject', sa.Text(), nullable=False),
    sa.Column('definition', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('head', sa.Text(), nullable=False),
    sa.Column('visit', sa.Integer(), nullable=False),
    sa.Column('opened_at', INSTANT, nullable=False),
    sa.Column('entered_at', INSTANT, nullable=False),
    sa.Column('ended_at', INSTANT, nullable=True),
    sa.Column('result_seq', sa.Integer(), nullable=True),
    sa.Column('status', sa.Text(), nullable=True),
    sa.Column('total', sa.Text(), nullable=True),
    sa.Column('total_sort', sa.BigInteger(), nullable=True),
    sa.Column('grade', sa.Text(), nullable=True),
    sa.Column('more', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['cycle'], ['cycle.id'], name=op.f('fk_review_cycle')),
    sa.ForeignKeyConstraint(['subject'], ['person.id'], name=op.f('fk_review_subject')),
    sa.ForeignKeyConstraint(['definition'], ['definition.fingerprint'], name=op.f('fk_review_definition')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_review'))
    )
    op.create_index(op.f('ix_review_cycle_state'), 'review', ['cycle', 'state'], unique=False)
    op.create_index(op.f('ix_review_cycle_subject'), 'review', ['cycle', 'subject'], unique=True)
    op.create_index(op.f('ix_review_subject'), 'review', ['subject'], unique=False)
    op.create_table('participant',
    sa.Column('review', sa.Text(), nullable=False),
    sa.Column('place', sa.Integer(), nullable=False),
    sa.Column('role', sa.Text(), nullable=False),
    sa.Column('person', sa.Text(), nullable=False),
    sa.Column('since', INSTANT, nullable=False),
    sa.Column('until', INSTANT, nullable=True),
    sa.Column('why', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['review'], ['review.id'], name=op.f('fk_participant_review')),
    sa.ForeignKeyConstraint(['person'], ['person.id'], name=op.f('fk_participant_person')),
    sa.PrimaryKeyConstraint('review', 'place', name=op.f('pk_participant'))
    )
    op.create_index(op.f('ix_participant_person'), 'participant', ['person'], unique=False)
    op.create_table('task',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('review', sa.Text(), nullable=False),
    sa.Column('place', sa.Integer(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('visit', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('role', sa.Text(), nullable=False),
    sa.Column('person', sa.Text(), nullable=True),
    sa.Column('status', sa.Text(), nullable=False),
    sa.Column('opens_at', INSTANT, nullable=True),
    sa.Column('opened_at', INSTANT, nullable=True),
    sa.Column('due_at', INSTANT, nullable=True),
    sa.Column('outcome', sa.Text(), nullable=True),
    sa.Column('answered_by', sa.Text(), nullable=True),
    sa.Column('answered_at', INSTANT, nullable=True),
    sa.Column('answer_seq', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['review'], ['review.id'], name=op.f('fk_task_review')),
    sa.ForeignKeyConstraint(['person'], ['person.id'], name=op.f('fk_task_person')),
    sa.ForeignKeyConstraint(['answered_by'], ['person.id'], name=op.f('fk_task_answered_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_task'))
    )
    op.create_index('ix_task_open_person', 'task', ['person'], unique=False, sqlite_where=sa.text("status = 'open'"), postgresql_where=sa.text("status = 'open'"))
    op.create_index(op.f('ix_task_review'), 'task', ['review'], unique=False)
    op.create_table('timer',
    sa.Column('review', sa.Text(), nullable=False),
    sa.Column('at', INSTANT, nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('ref', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['review'], ['review.id'], name=op.f('fk_timer_review')),
    sa.PrimaryKeyConstraint('review', name=op.f('pk_timer'))
    )
    op.create_index(op.f('ix_timer_at'), 'timer', ['at'], unique=False)
    triggers.install(op.get_bind())
