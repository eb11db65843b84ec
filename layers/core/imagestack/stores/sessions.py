"""Sessions of boto3 for functions and commands whose start may take longer."""

import boto3

from imagestack.stores.truncated_bodies import reject_truncated


def new_session() -> boto3.session.Session:
    """A session whose clients reject truncated responses. One thread may use it."""
    session = boto3.session.Session()
    reject_truncated(session.events.register)
    return session
