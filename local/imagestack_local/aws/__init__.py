"""A small AWS in this process: S3, DynamoDB, SQS, Secrets Manager and Lambda's event sources."""
