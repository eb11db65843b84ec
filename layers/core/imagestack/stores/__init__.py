"""The ports of `imagestack.ports` on AWS, with botocore."""
