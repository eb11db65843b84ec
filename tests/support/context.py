"""The context of an invocation. Processes that tests start import it without what the tests themselves need."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Context:
    """The part of a Lambda context that the handler uses."""

    seconds: float = 29
    function_name: str = "image"
    memory_limit_in_mb: int = 2048
    invoked_function_arn: str = "arn:aws:lambda:us-east-1:123456789012:function:image"
    aws_request_id: str = "00000000-0000-0000-0000-000000000000"

    def get_remaining_time_in_millis(self) -> int:
        return int(self.seconds * 1000)
