"""What tasks are called: two states may each have a task of the same key, and neither takes the other's title."""

from __future__ import annotations

from engine.definition.library import folder_of
from engine.definition.reader import read_texts
from engine.operations.titles import outcome_title, task_title
from tests.engine.definition.shipped import texts


def test_a_task_is_called_as_in_its_own_state_though_another_state_has_one_of_the_same_key() -> None:
    found = texts(folder_of("probation"))
    both = found["workflow.yaml"].replace("      coach:", "      talk:").replace("      settle:\n", "      sign:\n")
    definition = read_texts({**found, "workflow.yaml": both}).definition
    assert definition is not None
    assert task_title("en", definition, "talk", "meeting") == "Give feedback"
    assert task_title("en", definition, "talk", "extension") == "Monthly talk"
    assert outcome_title("zh", definition, "sign", "appeal", "meeting") == "申诉"
    assert task_title("en", definition, "talk") == "Monthly talk"  # the first, where no state is known
    assert task_title("en", definition, "talk", "closed") == "Monthly talk"
