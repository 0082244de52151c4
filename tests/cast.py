"""The named cast: a county union with two urban branches and a rural one, and the people of its stories.

城南 (south) and 城北 (north) are urban, 柴湖 (lake) is rural; all below the union. In the south: Director Zhou, Clerk Chen,
the managers Wang Xiaoming and Li Hua; in the north: Director Sun and Manager Zhao; at the union: Supervisor Wu, Auditor
Qian, Administrator He. Song, an employee of the lake branch, is the outsider who holds no role at all.
"""

from __future__ import annotations

from dataclasses import dataclass

from organization.models import Branch, Employee, Role
from organization.queries import actor_of
from organization.rules import Actor
from tests.make import grant, make_branch, make_employee, make_manager


@dataclass(frozen=True)
class Cast:
    union: Branch
    south: Branch
    north: Branch
    lake: Branch
    zhou: Employee  # director, south
    chen: Employee  # clerk, south
    wang: Employee  # manager, south
    li: Employee  # manager, south
    sun: Employee  # director, north
    zhao: Employee  # manager, north
    wu: Employee  # supervisor, union
    qian: Employee  # auditor, union
    he: Employee  # administrator, union
    song: Employee  # nobody, lake

    def actor(self, name: str) -> Actor:
        """The person as an actor with today's rights."""
        return actor_of(getattr(self, name))


def assemble() -> Cast:
    """Puts the cast on the stage: branches, people, appointments, role grants."""
    union = make_branch("UNION", name="县联社", kind="head_office", headcount=120)
    south = make_branch("S01", name="城南信用社", parent=union, headcount=36)
    north = make_branch("N01", name="城北信用社", parent=union, headcount=28)
    lake = make_branch("L01", name="柴湖信用社", kind="rural", parent=union, headcount=14)
    cast = Cast(
        union=union,
        south=south,
        north=north,
        lake=lake,
        zhou=make_employee(south, "S001", name="周建国"),
        chen=make_employee(south, "S002", name="陈静"),
        wang=make_manager(south, "S101", name="王小明"),
        li=make_manager(south, "S102", name="李华"),
        sun=make_employee(north, "N001", name="孙丽"),
        zhao=make_manager(north, "N101", name="赵强"),
        wu=make_employee(union, "U001", name="吴敏"),
        qian=make_employee(union, "U002", name="钱海"),
        he=make_employee(union, "U003", name="何军"),
        song=make_employee(lake, "L001", name="宋平"),
    )
    for employee, role in (
        (cast.zhou, Role.DIRECTOR),
        (cast.chen, Role.CLERK),
        (cast.sun, Role.DIRECTOR),
        (cast.wu, Role.SUPERVISOR),
        (cast.qian, Role.AUDITOR),
        (cast.he, Role.ADMINISTRATOR),
    ):
        grant(employee, role)
    return cast
