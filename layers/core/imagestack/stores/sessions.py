import boto3

from imagestack.stores.bodies import reject_truncated


def new_session() -> boto3.session.Session:
    """A session of boto3 for whoever need not start in a hurry; to be used by one thread."""
    session = boto3.session.Session()
    reject_truncated(session.events.register)
    return session
