"""The ports of the control plane on AWS: DynamoDB, S3 and CloudWatch Logs."""
