"""Every run judges the rules of law and guideline and writes down what they found."""

from own_kreis import OwnKreis
from small_kreis import MONTHS

from quality_checks.in_force import rules_of
from sources.contracts.domain_rules import domain_rules


def test_each_of_the_sixteen_rules_is_judged_every_month(undisturbed: OwnKreis) -> None:
    results = undisturbed.rows("SELECT month::text, rule, passed FROM quality.check_result")
    for month in MONTHS:
        judged = {
            rule.number
            for day, name, _ in results
            for rule in rules_of(str(name))
            if month in str(day)
        }
        assert judged == set(domain_rules())


def test_consents_and_communities_are_whole_in_invented_data(undisturbed: OwnKreis) -> None:
    counted = undisturbed.rows(
        "SELECT rule, sum(checked) > 0, sum(unexpected) FROM quality.check_result"
        " WHERE rule IN ('clients__consent_given', 'benefit_community__one_per_person')"
        " GROUP BY rule ORDER BY rule"
    )
    assert [(rule, some) for rule, some, _ in counted] == [
        ("benefit_community__one_per_person", True),
        ("clients__consent_given", True),
    ]
    assert {rule: broken for rule, _, broken in counted}["clients__consent_given"] == 0
