"""A register may hold the code of a state that is no more; its people still count in a group."""

import pytest
from world import World


@pytest.mark.parametrize(
    ("code", "group"), [("132", "WEST_BALKAN"), ("162", "OTHER"), ("475", "ASYLUM8")]
)
def test_people_of_former_states_keep_their_group(world: World, code: str, group: str) -> None:
    world.resident(1, 100, nationality=code)
    world.build()
    assert world.month_of(100)["nationality_group"] == group
