"""What compares with the month before says nothing where no source has one."""

import sqlalchemy as sa
from disclosure.publishing import LATER, delivery, publish, rows, value
from indicators.person_months import MONTH, person, store

from kim_pipeline.periods import next_month
from kim_pipeline.warehouse.schema import published, quality

NOVEMBER = next_month(MONTH)


def test_the_first_month_of_a_source_does_not_say_that_nobody_came(warehouse: sa.Engine) -> None:
    with warehouse.begin() as connection:
        connection.execute(
            quality.delivery.insert(),
            [
                delivery(1, "immigration_office", MONTH),
                delivery(2, "immigration_office", NOVEMBER),
                # What another source delivered before tells nothing of residents.
                delivery(3, "job_centre", MONTH.replace(month=1)),
                delivery(4, "immigration_office", MONTH.replace(month=1), status="refused"),
            ],
        )
    for month in (MONTH, NOVEMBER):
        store(warehouse, [person(n, foreign_resident=True, month=month) for n in range(50)])
    publish(warehouse)
    publish(warehouse, LATER, NOVEMBER)
    v = published.indicator_value.c
    came = rows(warehouse, published.indicator_value, v.indicator_id.in_(["S1_in", "S1_out"]))
    assert {row["month"] for row in came} == {NOVEMBER}
    assert value(warehouse, "S1", month=MONTH)["numerator"] > 0
    # Once a month is out, a withdrawal of the month before takes none of its figures away.
    with warehouse.begin() as connection:
        q = quality.delivery
        connection.execute(q.update().values(status="withdrawn").where(q.c.delivery_id == 1))
    assert publish(warehouse, LATER, NOVEMBER).added == 0
    assert came == rows(
        warehouse, published.indicator_value, v.indicator_id.in_(["S1_in", "S1_out"])
    )
