"""Many histories in one data set, built under one set of policies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from second_opinion.raw_rows import RawData


def batch(many: Sequence[RawData]) -> RawData:
    """Merge histories into one data set; their ids get a prefix of the history.

    Exchange rates and acquisition costs are those of the first history.
    """
    merged = RawData()
    if many:
        merged.exchange_rates = list(many[0].exchange_rates)
        merged.acquisition_costs = list(many[0].acquisition_costs)
    for number, raw in enumerate(many):
        prefix = f"h{number:04d}-"
        for customer in raw.customers:
            into = customer.merged_into_customer_id
            row = replace(
                customer,
                customer_id=prefix + customer.customer_id,
                merged_into_customer_id=prefix + into if into else None,
            )
            merged.customers.append(row)
        for attribute in raw.customer_attributes:
            owner = prefix + attribute.customer_id
            merged.customer_attributes.append(replace(attribute, customer_id=owner))
        for event in raw.subscription_events:
            ids = prefix + event.event_id, prefix + event.customer_id
            merged.subscription_events.append(
                replace(event, event_id=ids[0], customer_id=ids[1])
            )
        for paid in raw.revenue_events:
            payer = prefix + paid.customer_id if paid.customer_id else None
            merged.revenue_events.append(
                replace(paid, event_id=prefix + paid.event_id, customer_id=payer)
            )
        for used in raw.activity_events:
            merged.activity_events.append(
                replace(used, customer_id=prefix + used.customer_id)
            )
        for answer in raw.survey_responses:
            ids = prefix + answer.response_id, prefix + answer.customer_id
            merged.survey_responses.append(
                replace(answer, response_id=ids[0], customer_id=ids[1])
            )
    return merged
