"""The tables of the control plane in DynamoDB."""
