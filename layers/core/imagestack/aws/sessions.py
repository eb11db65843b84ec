import boto3

from imagestack.aws.bodies import heed


def new_session() -> boto3.session.Session:
    """A session of boto3 for whoever need not start in a hurry; to be used by one thread."""
    session = boto3.session.Session()
    heed(session.events.register)
    return session
