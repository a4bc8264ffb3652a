"""Rules of several mechanisms that one rule of the week takes in one call.

Each call of a compiled rule from Python costs a few microseconds, which adds up over the weeks of a run. What follows
only hands rows from one mechanism to the next; what is decided stands in the mechanisms.
"""

from __future__ import annotations

from ttg_sim import stock
from ttg_sim.engine.kernel import kernel
from ttg_sim.mechanisms import custody, enforcement, intake, probation, reoffending, sentencing, supervision


@kernel
def arrive(
    people, first, diaries, areas, active, count, sentenced, freed, seed, week, highest_risk,
    p_intake, p_longer, p_housing, p_reoffending, p_supervision, p_work, p_substance, p_outlook, p_leaving,
    p_sentencing,
):  # fmt: skip
    """New people, from row `first` on, and their first sentences; they are added to the `count` rows of `active`.

    Returns the number of people in the table, and the lengths of `active`, `sentenced` and `freed`.
    """
    short = intake.run(people, first, seed, week, areas, p_intake)
    size = stock.longer_arrivals(people, short, seed, week, areas, p_intake, p_longer)
    stock.complete(
        people, first, size, diaries, areas, seed, week,
        p_housing, p_reoffending, p_supervision, p_work, p_substance, p_outlook, p_leaving, highest_risk,
    )  # fmt: skip
    for row in range(first, size):
        active[count] = row
        count += 1
    received, free = sentencing.hear_first(people, first, short, sentenced, freed, seed, p_sentencing)
    for row in range(short, size):
        sentenced[received] = row
        received += 1
    return size, count, received, free


@kernel
def supervise(
    people, supervised, count, released, officers, areas, spells, visits, missed, seed, week, monday,
    p_supervision, p_probation,
):  # fmt: skip
    """Supervision ends and begins, officers are given cases, appointments are kept or missed.

    `supervised` holds `count` rows of people; `monday` is the ordinal of day 0. Returns the lengths of `supervised`,
    `visits` and `missed`.
    """
    law_day = p_supervision[0].offences_from - monday  # from which on offences bring supervision by law
    count = supervision.release_from(people, supervised[:count], week, p_supervision)
    count = supervision.admit(people, released, spells, supervised, count, seed, week, law_day, p_supervision)
    under = supervised[:count]
    probation.run(people, under, officers, areas, seed, week, p_probation)
    seen, absent = supervision.run(
        people, under, officers, areas, spells, visits, missed, seed, week, p_supervision
    )  # fmt: skip
    return count, seen, absent


@kernel
def enforce(
    people, supervised, missed, officers, spells, returns, first, inside, count, prisons, areas, seed, week,
    p_enforcement, p_custody, p_probation,
):  # fmt: skip
    """Recalls and hearings, from row `first` of `returns` on; those taken back join the `count` rows of `inside`.

    Returns the number of returns and of people inside.
    """
    size = enforcement.run(people, supervised, missed, officers, spells, returns, first, seed, week, p_enforcement)
    count = custody.take_back(people, returns, first, size, inside, count, prisons, seed, p_custody)
    probation.spend(returns, first, size, people, areas, p_probation)
    return size, count


@kernel
def offend(
    people, active, diary, heard, released, freed, occasions, first, cases, open_cases, seed, week, highest_risk,
    p_reoffending, p_sentencing,
):  # fmt: skip
    """Occasions of the week, from row `first` of `occasions` on, each with its day in court.

    Returns the number of occasions and of open cases.
    """
    for rows in (heard, released, freed):
        reoffending.look_again(people, rows, diary, seed, week, highest_risk, p_reoffending)
    size = reoffending.run(people, active, diary, occasions, first, seed, week, highest_risk, p_reoffending)
    open_cases = sentencing.schedule(people, occasions, first, size, cases, open_cases, seed, week, p_sentencing)
    return size, open_cases
