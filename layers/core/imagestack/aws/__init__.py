"""The stores of AWS. The only package of the library that imports boto3."""
