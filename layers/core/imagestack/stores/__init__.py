"""The stores of AWS, by botocore."""
