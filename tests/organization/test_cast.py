from organization.models import Branch, Role
from tests.cast import Cast


def test_a_director_reaches_the_own_branch_and_a_supervisor_all_branches_below(cast: Cast) -> None:
    assert cast.actor("zhou").branches_of(Role.DIRECTOR) == {cast.south.pk}
    assert cast.actor("wu").branches_of(Role.SUPERVISOR) == set(Branch.objects.values_list("pk", flat=True))


def test_an_administrator_reads_no_business_data(cast: Cast) -> None:
    assert cast.actor("he").branches_of(Role.CLERK, Role.DIRECTOR, Role.AUDITOR, Role.SUPERVISOR) == frozenset()
