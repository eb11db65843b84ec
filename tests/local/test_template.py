"""What the stack takes from the deployment's template."""

from pathlib import Path

import pytest

from imagestack_local import template
from imagestack_local.aws import settings
from imagestack_local.errors import StartError

TEMPLATE = """
Parameters:
  Days: {Type: Number, Default: '30'}
  Name: {Type: String, Default: ''}
Conditions:
  IsNew: !Equals [!Ref Name, '']
  IsOld: !Not [!Condition IsNew]
  Both: !And [!Condition IsNew, !Condition IsOld]
  Either: !Or [!Condition IsNew, !Condition IsOld]
Resources:
  Bucket:
    Type: AWS::S3::Bucket
    Properties:
      Days: !Ref Days
      New: !If [IsNew, yes-it-is, no-it-is-not]
      Old: !If [IsOld, yes-it-is, !Ref AWS::NoValue]
      Both: !If [Both, 1, 2]
      Either: !If [Either, 1, 2]
      List: [1, !Ref AWS::NoValue, {Deep: !Ref Days}]
      Kept: !Sub '${AWS::Region}'
      Arn: !GetAtt Bucket.Arn
"""


def parsed(tmp_path: Path, content: str = TEMPLATE) -> template.Template:
    path = tmp_path / "template.yaml"
    path.write_text(content, encoding="utf-8")
    return template.read(path)


def test_properties_are_resolved(tmp_path: Path) -> None:
    """Parameters stand for their defaults and conditions are decided by them; other functions stay as they are."""
    assert parsed(tmp_path).properties("Bucket", "AWS::S3::Bucket") == {
        "Days": 30,
        "New": "yes-it-is",
        "Both": 2,
        "Either": 1,
        "List": [1, {"Deep": 30}],
        "Kept": {"Fn::Sub": "${AWS::Region}"},
        "Arn": {"Fn::GetAtt": "Bucket.Arn"},
    }


def test_a_missing_resource_is_an_error(tmp_path: Path) -> None:
    """A resource that is missing or has another type is an error; no default takes its place."""
    found = parsed(tmp_path)
    with pytest.raises(StartError, match="has no RulesTable of type AWS::DynamoDB::Table"):
        found.properties("RulesTable", "AWS::DynamoDB::Table")
    with pytest.raises(StartError, match="has no Bucket of type AWS::DynamoDB::Table"):
        found.properties("Bucket", "AWS::DynamoDB::Table")


def test_a_condition_that_is_not_understood_is_an_error(tmp_path: Path) -> None:
    """A condition is never guessed."""
    content = TEMPLATE.replace("!Equals [!Ref Name, '']", "!Contains [[a], a]")
    with pytest.raises(StartError, match="does not understand this condition"):
        parsed(tmp_path, content).properties("Bucket", "AWS::S3::Bucket")


@pytest.mark.parametrize("content", ["", "[", "- list", "\x00"])
def test_a_file_that_is_no_template(tmp_path: Path, content: str) -> None:
    """A file that is no template is refused with a message for the operator."""
    with pytest.raises(StartError):
        parsed(tmp_path, content)


def test_table_settings() -> None:
    """The table's properties in the words of CreateTable."""
    assert settings.table(
        {
            "TableName": "mine",
            "BillingMode": "PAY_PER_REQUEST",
            "KeySchema": ["keys"],
            "AttributeDefinitions": ["attributes"],
            "StreamSpecification": {"StreamViewType": "NEW_IMAGE"},
            "SSESpecification": {"SSEEnabled": True},
        },
    ) == {
        "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": ["keys"],
        "AttributeDefinitions": ["attributes"],
        "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
        "SSESpecification": {"Enabled": True},
    }


def test_lifecycle_settings() -> None:
    """Lifecycle rules in the words of PutBucketLifecycleConfiguration."""
    rules = [
        {"Id": "old", "Status": "Enabled", "Prefix": "a/", "ExpirationInDays": 3},
        {"Status": "Disabled", "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 2}},
    ]
    calls = settings.bucket({"LifecycleConfiguration": {"Rules": rules}})
    assert calls == {
        "put_bucket_lifecycle_configuration": {
            "LifecycleConfiguration": {
                "Rules": [
                    {"ID": "old", "Status": "Enabled", "Filter": {"Prefix": "a/"}, "Expiration": {"Days": 3}},
                    {
                        "Status": "Disabled",
                        "Filter": {"Prefix": ""},
                        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 2},
                    },
                ],
            },
        },
    }
