"""All subscription lives of a block: beginnings, trials and what follows an end."""

from dataclasses import dataclass, fields

import numpy as np

from sample import parameters as p
from sample.arrays import (
    MISSING,
    Columns,
    Integers,
    draw_between,
    draw_seconds,
    draw_words,
    filled,
    happens,
    taken,
)
from sample.calendar_arithmetic import DAY
from sample.endings import (
    LEFT,
    LEFT_PAUSE,
    NEW_ID,
    NEW_INTERVAL,
    NOT_PAID,
    Ends,
    draw_reasons,
)
from sample.event_log import EventLog
from sample.lives import (
    CHANGED,
    ENDED,
    STARTED,
    TRIAL_STARTED,
    Lives,
    new_lives,
    set_terms,
)
from sample.renewals import Renewals
from sample.settings import Settings
from sample.tally import HazardTally

NOTHING, PAID, TRIAL, FREE_PLAN = range(4)
SECOND = 2


@dataclass
class History:
    """What one block's subscriptions did; the terms of `lives` are the last ones."""

    lives: Lives
    ends: Ends
    log: EventLog
    trials: int
    converted_trials: int


def generate_subscriptions(
    settings: Settings, block: int, customers: Columns, tally: HazardTally
) -> History:
    """Return the subscription history of one block of customers.

    Args:
        settings: The request.
        block: Number of the block.
        customers: As from `generate_customers`.
        tally: Receives the decisions to leave.

    """
    random = settings.random(block, "subscriptions")
    log = EventLog()
    signed_up_at = customers["signed_up_at"]
    beginning = draw_words(random, p.BEGINNING_SHARES, len(signed_up_at))
    at_once = happens(random, 0.7, len(signed_up_at))
    wait = np.where(at_once, 900, draw_seconds(random, 12, len(signed_up_at)))
    begins_at = signed_up_at + wait

    def begin(chosen: Integers, at: Integers, plan: int = MISSING) -> Lives:
        people = taken(customers, chosen)
        return new_lives(random, people, at, filled(len(chosen), plan))

    paid, trial, free = (
        np.flatnonzero(beginning == kind) for kind in (PAID, TRIAL, FREE_PLAN)
    )
    on_trial = begin(trial, begins_at[trial])
    converted = _run_trials(random, on_trial, log)
    second = np.flatnonzero(happens(random, _second_share(), len(signed_up_at)))
    second = second[beginning[second] != NOTHING]
    later = begins_at[second] + draw_seconds(random, 150, len(second))
    addition = begin(second, later)
    addition.subscription[:] = SECOND
    generation = _below(
        [
            begin(paid, begins_at[paid]),
            converted,
            begin(free, begins_at[free], p.FREE),
            addition,
        ]
    )
    lives, ends = _run_generations(random, generation, log, settings.end, tally)
    return History(
        lives=lives,
        ends=ends,
        log=log,
        trials=int((on_trial.started_at < settings.end).sum()),
        converted_trials=int((converted.started_at < settings.end).sum()),
    )


def _second_share() -> float:
    """Return the share among customers with a subscription."""
    return p.SECOND_SUBSCRIPTION_SHARE / (1 - p.BEGINNING_SHARES[NOTHING])


def _run_generations(
    random: np.random.Generator,
    generation: Lives,
    log: EventLog,
    end: int,
    tally: HazardTally,
) -> tuple[Lives, Ends]:
    lives: list[Lives] = []
    ends: list[Ends] = []
    while True:
        generation = generation.select(generation.started_at < end)
        lives.append(generation)
        ends.append(Renewals(generation, random, end, log, tally).run())
        generation = _follow(random, generation, ends[-1])
        if not len(generation):
            break
    all_ends = Ends(
        np.concatenate([e.kind for e in ends]),
        np.concatenate([e.at for e in ends]),
        np.concatenate([e.reason for e in ends]),
    )
    return _below(lives), all_ends


def _run_trials(random: np.random.Generator, trials: Lives, log: EventLog) -> Lives:
    """Write the trials; return the lives of those that convert, with their anchors."""
    size = len(trials)
    log.add(TRIAL_STARTED, trials, trials.started_at)
    chance = np.asarray(p.TRIAL_CONVERSION)[trials.channel]
    converts = happens(random, chance, size)
    over = trials.started_at + p.TRIAL_DAYS * DAY
    early = happens(random, 0.3, size)
    at = np.where(early, draw_between(random, trials.started_at + 3600, over), over)
    lapsed = trials.select(~converts)
    reason = draw_reasons(random, p.TRIAL_REASONS, len(lapsed))
    log.add(ENDED, lapsed, over[~converts], reason=reason)
    converted = trials.select(converts)
    converted.started_at = at[converts]
    converted.tenure_from = at[converts]
    by_change = happens(random, 0.3, len(converted))
    converted.opener = np.where(by_change, CHANGED, STARTED)
    return converted


def _follow(random: np.random.Generator, lives: Lives, ends: Ends) -> Lives:
    """Return the lives that follow ended ones: returns, new ids, new intervals."""
    size = len(lives)
    chance = np.zeros(size)
    chance[np.isin(ends.kind, (LEFT, LEFT_PAUSE))] = p.REACTIVATION_AFTER_VOLUNTARY
    chance[ends.kind == NOT_PAID] = p.REACTIVATION_AFTER_INVOLUNTARY
    returns = happens(random, chance, size)
    goes_on = np.isin(ends.kind, (NEW_ID, NEW_INTERVAL))
    rows = np.flatnonzero(returns | goes_on)
    after, kind, at = lives.select(rows), ends.kind[rows], ends.at[rows]
    gap = DAY + draw_seconds(random, 55, len(rows))
    is_return = returns[rows]
    after.started_at = np.where(is_return, at + gap, at)
    after.tenure_from = np.where(is_return, after.started_at, after.tenure_from)
    changes = kind == NEW_INTERVAL
    after.opener = np.where(changes, CHANGED, STARTED)
    new_id_on_return = is_return & happens(random, 0.4, len(rows))
    takes_new_id = new_id_on_return | (kind == NEW_ID)
    # Odd numbers follow the first subscription, even ones the second.
    after.subscription = after.subscription + 2 * takes_new_id
    yearly = after.select(changes)
    set_terms(yearly, filled(len(yearly), p.YEARLY_TERM))
    for name in ("interval", "interval_count", "price_percent"):
        getattr(after, name)[changes] = getattr(yearly, name)
    return after


def _below(parts: list[Lives]) -> Lives:
    return Lives(
        **{
            f.name: np.concatenate([getattr(part, f.name) for part in parts])
            for f in fields(Lives)
        }
    )
