"""Times are microseconds since 1970."""

import datetime

SECOND = 1_000_000
EPOCH = datetime.datetime(1970, 1, 1)


def microseconds(text):
    time = datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ")
    return (time - EPOCH) // datetime.timedelta(microseconds=1)


def clock(time):
    return f"{EPOCH + datetime.timedelta(microseconds=time):%H:%M:%S.%f}"
