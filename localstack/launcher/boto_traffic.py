"""Puts the metrics of an A/B test; prints what they come to, a line for each variant."""

import json
import sys
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor

import boto_client

from ecs_simulator.traffic import Traffic, Variant

BATCH = 1000  # PutMetricData takes no more
THREADS = 4


def main(endpoint: str, account: str, region: str, settings: str) -> None:
    given = json.loads(settings)
    try:
        variants = [Variant.read(text) for text in given.pop("variants")]
        traffic = Traffic(variants=variants, **given)
    except ValueError as error:
        sys.exit(f"error: {error}")
    cloudwatch = boto_client.client("cloudwatch", endpoint, account, region)

    def put(batch: tuple[str, list[dict]]) -> None:
        namespace, data = batch
        cloudwatch.put_metric_data(Namespace=namespace, MetricData=data)

    by_namespace = defaultdict(list)
    for namespace, datum in traffic.data():
        by_namespace[namespace].append(datum)
    batches = [
        (namespace, data[begin : begin + BATCH])
        for namespace, data in by_namespace.items()
        for begin in range(0, len(data), BATCH)
    ]
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(put, batches))
    for name, seen in traffic.totals.items():
        print(
            f"{name}: {seen.clients} clients, {seen.converted} converted, {seen.requests} requests,"
            f" {seen.errors} errors, {seen.unreachable} unreachable"
        )


main(*sys.argv[1:])
