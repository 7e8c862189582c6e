import logging

import pyarrow as pa
import pytest

from kim_pipeline.errors import LinkError
from kim_pipeline.linkage.model import LinkModel, check_model, shipped_model
from kim_pipeline.linkage.training import train_model, usable_model


def test_a_trained_model_passes_the_gate(model: LinkModel) -> None:
    check_model(model)


def test_row_and_source_order_do_not_change_the_model(invented, model: LinkModel) -> None:
    turned = {
        source: table.take(pa.array(range(table.num_rows - 1, -1, -1)))
        for source, table in reversed(invented.tokens.items())
    }
    assert train_model(turned) == model


def test_few_records_train_but_do_not_pass_the_gate(invent_people) -> None:
    tokens = invent_people(12).tokens
    with pytest.raises(LinkError, match="link with the shipped model"):
        check_model(train_model(tokens))
    assert usable_model(tokens) == shipped_model()


def test_records_that_carry_a_model_get_their_own(invented, model: LinkModel) -> None:
    assert usable_model(invented.tokens) == model != shipped_model()


def test_no_records_train_no_model(invent_people) -> None:
    with pytest.raises(LinkError, match="at least two"):
        train_model(invent_people(0).tokens)
    assert usable_model(invent_people(0).tokens) == shipped_model()


def test_training_is_silent(invent_people, capfd, caplog) -> None:
    caplog.set_level(logging.DEBUG)
    train_model(invent_people(12).tokens)
    assert capfd.readouterr() == ("", "")
    assert not [record for record in caplog.records if record.name.startswith("splink")]
