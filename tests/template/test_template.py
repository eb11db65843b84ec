"""What is deployed: storage, function, API, alarms, and what an operator can set."""

import json
import re
from typing import Any

import pytest

from imagestack.limits import Limits
from tests.template.built import ROOT

KEPT = {"OriginalsBucket", "DerivedBucket", "RulesTable", "ControlTable"}
FUNCTION, LAYER = "AWS::Lambda::Function", "AWS::Lambda::LayerVersion"
DEFAULTS = {
    "Architecture": "arm64",
    "MemorySize": 1769,
    "SnapStart": "off",
    "Timeout": 29,
    "ReservedConcurrency": -1,
    "RequestRate": 1000,
    "RequestBurst": 1000,
    "OriginalsBucketName": "",
    "DerivedDays": 90,
    "DomainNames": "",
    "CertificateArn": "",
    "PriceClass": "PriceClass_100",
    "OriginShieldRegion": "",
    "HstsSeconds": 0,
    "CorsOrigins": "",
    "AccessLogsBucketName": "",
    "OriginSecretVersion": "",
    "RefineMemorySize": 3008,
    "RefineConcurrency": 4,
    "MaxOriginalBytes": Limits().original_bytes,
    "MaxOriginalPixels": Limits().original_pixels,
    "RulesTtlSeconds": 30,
    "WithoutRules": "pass",
    "AlarmTopicArn": "",
    "LogLevel": "INFO",
    "LogRetentionDays": 30,
    "Tracing": "off",
}


def test_rules_table(resources: dict[str, Any]) -> None:
    """Keys pk and sk, on demand, with a stream of both images, point-in-time recovery and encryption."""
    assert resources["RulesTable"]["Properties"] == {
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [
            {"AttributeName": "pk", "AttributeType": "S"},
            {"AttributeName": "sk", "AttributeType": "S"},
        ],
        "KeySchema": [
            {"AttributeName": "pk", "KeyType": "HASH"},
            {"AttributeName": "sk", "KeyType": "RANGE"},
        ],
        "StreamSpecification": {"StreamViewType": "NEW_AND_OLD_IMAGES"},
        "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True},
        "SSESpecification": {"SSEEnabled": True},
    }


def test_leases_table(resources: dict[str, Any]) -> None:
    """Key pk, on demand; leases that nobody gave back expire; it goes with the stack."""
    table = resources["LeasesTable"]
    assert table["Properties"] == {
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
        "TimeToLiveSpecification": {"AttributeName": "expires", "Enabled": True},
    }
    assert table["DeletionPolicy"] == table["UpdateReplacePolicy"] == "Delete"


def test_derived_objects_expire(resources: dict[str, Any]) -> None:
    """Derived objects go after the days of the parameter, uploads that were never finished after one."""
    expire, abort = resources["DerivedBucket"]["Properties"]["LifecycleConfiguration"]["Rules"]
    assert (expire["Status"], expire["ExpirationInDays"]) == ("Enabled", {"Ref": "DerivedDays"})
    assert (abort["Status"], abort["AbortIncompleteMultipartUpload"]) == ("Enabled", {"DaysAfterInitiation": 1})


def test_originals_never_expire(resources: dict[str, Any]) -> None:
    """No lifecycle rule removes an original."""
    rules = resources["OriginalsBucket"]["Properties"]["LifecycleConfiguration"]["Rules"]
    assert [rule.keys() - {"Id", "Status"} for rule in rules] == [{"AbortIncompleteMultipartUpload"}]


def test_what_is_stored_outlives_the_stack(resources: dict[str, Any]) -> None:
    """Buckets and table stay when the stack is deleted or replaces them, and nothing else does."""
    policies = {
        name: (resource.get("DeletionPolicy"), resource.get("UpdateReplacePolicy"))
        for name, resource in resources.items()
        if "Retain" in resource.get("DeletionPolicy", "")
    }
    assert policies == dict.fromkeys(KEPT, ("RetainExceptOnCreate", "Retain"))


def test_function(deployed: dict[str, Any]) -> None:
    """python3.13 on the chosen architecture, with the library and the packages of that architecture."""
    properties = deployed["ImageFunction"]["Properties"]
    assert properties["Runtime"] == "python3.13"
    assert properties["Handler"] == "handler.handler"
    assert properties["Architectures"] == [{"Ref": "Architecture"}]
    assert properties["MemorySize"] == {"Ref": "MemorySize"}
    assert properties["Timeout"] == {"Ref": "Timeout"}
    core, packages = properties["Layers"]
    condition, arm64, x86 = packages["Fn::If"]
    assert condition == "IsArm64"
    layers = [deployed[layer["Ref"]]["Properties"] for layer in (core, arm64, x86)]
    assert [layer["CompatibleArchitectures"] for layer in layers] == [["arm64", "x86_64"], ["arm64"], ["x86_64"]]
    assert [layer["CompatibleRuntimes"] for layer in layers] == [["python3.13"]] * 3


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("image", ["Dependencies"]),
        ("refine", ["Dependencies"]),
        ("prefetch", ["Dependencies"]),
        ("control", ["Dependencies", "Control"]),
        ("sync", ["Dependencies", "Control"]),
    ],
)
def test_layers_of_packages(deployed: dict[str, Any], name: str, kinds: list[str]) -> None:
    """What the control plane needs beyond the others is in a layer of its own, for either architecture."""
    core, *packages = deployed[f"{name.capitalize()}Function"]["Properties"]["Layers"]
    assert deployed[core["Ref"]]["Properties"]["CompatibleArchitectures"] == ["arm64", "x86_64"]
    for kind, layer in zip(kinds, packages, strict=True):
        condition, arm64, x86 = layer["Fn::If"]
        assert condition == "IsArm64"
        for ref, architecture in ((arm64["Ref"], "arm64"), (x86["Ref"], "x86_64")):
            assert ref.startswith(f"{kind}Layer")
            assert deployed[ref]["Properties"]["CompatibleArchitectures"] == [architecture]
            assert deployed[ref]["Condition"] == {"arm64": "IsArm64", "x86_64": "IsX86"}[architecture]


def test_environment_of_the_function(resources: dict[str, Any]) -> None:
    """The function's variables name its stores, its limits, and the settings of Powertools."""
    assert resources["ImageFunction"]["Properties"]["Environment"]["Variables"] == {
        "ORIGINALS_BUCKET": {"Fn::If": ["MakesOriginals", {"Ref": "OriginalsBucket"}, {"Ref": "OriginalsBucketName"}]},
        "DERIVED_BUCKET": {"Ref": "DerivedBucket"},
        "RULES_TABLE": {"Ref": "RulesTable"},
        "RULES_TTL_SECONDS": {"Ref": "RulesTtlSeconds"},
        "WITHOUT_RULES": {"Ref": "WithoutRules"},
        "LEASES_TABLE": {"Ref": "LeasesTable"},
        "REFINE_QUEUE_URL": {"Ref": "RefineQueue"},
        "ORIGIN_SECRET": {"Ref": "OriginSecret"},
        "MAX_ORIGINAL_BYTES": {"Ref": "MaxOriginalBytes"},
        "MAX_ORIGINAL_PIXELS": {"Ref": "MaxOriginalPixels"},
        "TIMEOUT_SECONDS": {"Ref": "Timeout"},
        "POWERTOOLS_SERVICE_NAME": "image",
        "POWERTOOLS_METRICS_NAMESPACE": "ImageStack",
        "POWERTOOLS_LOG_LEVEL": {"Ref": "LogLevel"},
        "POWERTOOLS_TRACE_DISABLED": {"Fn::If": ["Traces", "false", "true"]},
    }


def test_local_invocations_have_all_names(resources: dict[str, Any]) -> None:
    """`sam local invoke` knows no names of resources: `events/env.json` has one for each, and no secret to prove."""
    names = json.loads((ROOT / "events/env.json").read_text(encoding="utf-8"))["ImageFunction"]
    variables = resources["ImageFunction"]["Properties"]["Environment"]["Variables"]
    of_resources = {
        name for name, value in variables.items() if isinstance(value, dict) and resources.keys() & refs(value)
    }
    assert of_resources == names.keys() & variables.keys() - {"RULES_TTL_SECONDS", "POWERTOOLS_TRACE_DISABLED"}
    assert names["ORIGIN_SECRET"] == ""
    assert names["REFINE_QUEUE_URL"] == ""


def refs(value: Any) -> set[str]:
    """All names that a value refers to."""
    if isinstance(value, dict):
        if "Ref" in value:
            return {value["Ref"]}
        if isinstance(value.get("Fn::Sub"), str):
            return set(re.findall(r"\$\{(\w+)\}", value["Fn::Sub"]))
        return set().union(*map(refs, value.values()))
    return set().union(*map(refs, value)) if isinstance(value, list) else set()


def conditions_of(value: Any) -> set[str]:
    """All conditions that a value depends on."""
    if isinstance(value, dict):
        own = {value["Fn::If"][0]} if "Fn::If" in value else set()
        return own.union(*map(conditions_of, value.values()))
    return set().union(*map(conditions_of, value)) if isinstance(value, list) else set()


def test_snapshots_are_as_asked(template: dict[str, Any], deployed: dict[str, Any]) -> None:
    """Versions of the image function have snapshots only where the parameter says so; the others never have."""
    assert template["Conditions"]["SnapStarts"] == {"Fn::Equals": [{"Ref": "SnapStart"}, "on"]}
    found = {name: item["Properties"].get("SnapStart") for name, item in deployed.items() if item["Type"] == FUNCTION}
    assert found.pop("ImageFunction") == {
        "Fn::If": ["SnapStarts", {"ApplyOn": "PublishedVersions"}, {"Ref": "AWS::NoValue"}]
    }
    assert set(found.values()) == {None}


def test_api_may_call_the_alias(deployed: dict[str, Any]) -> None:
    """The API is permitted to call the alias that it calls, which leads to the one version that there is."""
    (name,) = (name for name, item in deployed.items() if item["Type"] == "AWS::Lambda::Version")
    assert deployed["ImageFunctionAliaslive"]["Properties"] == {
        "Name": "live",
        "FunctionName": {"Ref": "ImageFunction"},
        "FunctionVersion": {"Fn::GetAtt": [name, "Version"]},
    }
    permission = deployed["ImageFunctionEveryRequestPermission"]["Properties"]
    assert permission["FunctionName"] == {"Ref": "ImageFunctionAliaslive"}
    # The version before it goes: each snapshot is paid for.
    assert deployed[name]["DeletionPolicy"] == "Delete"


def test_whatever_a_version_holds_makes_a_new_one(resources: dict[str, Any], deployed: dict[str, Any]) -> None:
    """Every parameter that the function is made of, and its layers, stand in the version's description.

    SAM makes a new version only when the function's own code is another, and CloudFormation when the description is.
    """
    (version,) = (item["Properties"] for item in deployed.values() if item["Type"] == "AWS::Lambda::Version")
    told = refs(version["Description"])
    function = deployed["ImageFunction"]["Properties"]
    # Of these a version knows nothing.
    assert function.pop("ReservedConcurrentExecutions")
    layers = {name for name in refs(function) if name in deployed and deployed[name]["Type"] == LAYER}
    assert len(layers) == 3
    conditions = {"IsArm64", "MakesOriginals", "SnapStarts", "Traces"}
    assert conditions_of(function) == conditions
    parameters = refs(function) - resources.keys() - deployed.keys() - {"AWS::NoValue"}
    of_conditions = {"Architecture", "OriginalsBucketName", "SnapStart", "Tracing"}
    assert told >= parameters | of_conditions | layers
    longest = "arm64, 10240 MB, 29 s, SnapStart off, tracing off, WARNING, rules 86400 s refuse, "
    longest += f"{10**12} bytes, {10**12} pixels, {'b' * 63} layers 10000 10000"
    assert len(longest) <= 256


def test_tracing_is_as_asked(resources: dict[str, Any]) -> None:
    """X-Ray is active only where the parameter says so."""
    assert resources["ImageFunction"]["Properties"]["Tracing"] == {"Fn::If": ["Traces", "Active", "PassThrough"]}


def test_logs_are_kept_for_some_time(resources: dict[str, Any]) -> None:
    """The function writes to a log group of its own, which forgets after the days of the parameter."""
    logging = resources["ImageFunction"]["Properties"]["LoggingConfig"]
    assert logging == {"LogGroup": {"Ref": "ImageLogs"}, "LogFormat": "Text"}
    assert resources["ImageLogs"]["Properties"]["RetentionInDays"] == {"Ref": "LogRetentionDays"}


def test_api_sends_every_request_to_the_function(deployed: dict[str, Any]) -> None:
    """API and console to the control plane, else to the image function: any method, version 2.0, at the API's root."""
    routes = deployed["Api"]["Properties"]["Body"]["paths"]
    assert set(routes) == {"$default", "/cdn/{proxy+}", "/console", "/console/{proxy+}"}
    for path in routes:
        function = "ImageFunctionAliaslive}" if path == "$default" else "ControlFunction.Arn}"
        assert list(routes[path]) == ["x-amazon-apigateway-any-method"]
        integration = routes[path]["x-amazon-apigateway-any-method"]["x-amazon-apigateway-integration"]
        assert integration["payloadFormatVersion"] == "2.0"
        assert f"/${{{function}/" in integration["uri"]["Fn::Sub"]
    (stage,) = (item["Properties"] for item in deployed.values() if item["Type"] == "AWS::ApiGatewayV2::Stage")
    assert stage["StageName"] == "$default"
    assert stage["DefaultRouteSettings"] == {
        "ThrottlingRateLimit": {"Ref": "RequestRate"},
        "ThrottlingBurstLimit": {"Ref": "RequestBurst"},
    }


@pytest.mark.parametrize(
    ("alarm", "namespace", "metric", "dimension"),
    [
        ("ErrorsAlarm", "AWS/Lambda", "Errors", {"Name": "FunctionName", "Value": {"Ref": "ImageFunction"}}),
        ("ControlErrorsAlarm", "AWS/Lambda", "Errors", {"Name": "FunctionName", "Value": {"Ref": "ControlFunction"}}),
        (
            "AuthenticationFailuresAlarm",
            "ImageStack",
            "AuthenticationFailures",
            {"Name": "service", "Value": "control"},
        ),
        ("RefineErrorsAlarm", "AWS/Lambda", "Errors", {"Name": "FunctionName", "Value": {"Ref": "RefineFunction"}}),
        ("ThrottlesAlarm", "AWS/Lambda", "Throttles", {"Name": "FunctionName", "Value": {"Ref": "ImageFunction"}}),
        ("ServerErrorsAlarm", "AWS/ApiGateway", "5xx", {"Name": "ApiId", "Value": {"Ref": "Api"}}),
    ],
)
def test_alarms_on_counts(
    resources: dict[str, Any], alarm: str, namespace: str, metric: str, dimension: dict[str, Any]
) -> None:
    """Failures, refusals and 5xx of this stack are counted, and silence is no failure."""
    properties = resources[alarm]["Properties"]
    assert (properties["Namespace"], properties["MetricName"], properties["Statistic"]) == (namespace, metric, "Sum")
    assert properties["Dimensions"] == [dimension]
    assert properties["TreatMissingData"] == "notBreaching"


def test_alarm_on_duration_follows_the_timeout(resources: dict[str, Any]) -> None:
    """The 95th percentile of the duration is compared with the timeout that the parameter sets."""
    properties = resources["DurationAlarm"]["Properties"]
    duration, percent = properties["Metrics"]
    assert duration["MetricStat"]["Metric"]["MetricName"] == "Duration"
    assert duration["MetricStat"]["Stat"] == "p95"
    assert percent["Expression"] == {"Fn::Sub": "duration / (${Timeout} * 1000) * 100"}
    assert (properties["ComparisonOperator"], properties["Threshold"]) == ("GreaterThanThreshold", 80)


def test_alarms_act_only_with_a_topic(template: dict[str, Any]) -> None:
    """Each alarm notifies the topic of the parameter; without a topic it has no actions."""
    alarms = [item for item in template["Resources"].values() if item["Type"] == "AWS::CloudWatch::Alarm"]
    actions = [alarm["Properties"]["AlarmActions"] for alarm in alarms]
    assert actions == [{"Fn::If": ["HasAlarmTopic", [{"Ref": "AlarmTopicArn"}], {"Ref": "AWS::NoValue"}]}] * 9
    assert template["Conditions"]["HasAlarmTopic"] == {"Fn::Not": [{"Fn::Equals": [{"Ref": "AlarmTopicArn"}, ""]}]}


def test_defaults(template: dict[str, Any]) -> None:
    """Every parameter has a default; those of the limits are the library's own."""
    assert {name: parameter["Default"] for name, parameter in template["Parameters"].items()} == DEFAULTS


def test_parameters_are_explained(template: dict[str, Any]) -> None:
    """The console shows each parameter once, under a heading, with a label and a description."""
    interface = template["Metadata"]["AWS::CloudFormation::Interface"]
    grouped = [name for group in interface["ParameterGroups"] for name in group["Parameters"]]
    assert sorted(grouped) == sorted(DEFAULTS)
    assert sorted(interface["ParameterLabels"]) == sorted(DEFAULTS)
    assert all(parameter["Description"] for parameter in template["Parameters"].values())


def test_outputs(template: dict[str, Any]) -> None:
    """An operator finds everything that is named by AWS and not by the template."""
    assert set(template["Outputs"]) == {
        "Url",
        "DistributionDomainName",
        "DistributionId",
        "ApiUrl",
        "OriginalsBucketName",
        "OriginalsBucketStatement",
        "DerivedBucketName",
        "RulesTableName",
        "ControlTableName",
        "LeasesTableName",
        "OriginSecretArn",
        "FunctionName",
        "LogGroupName",
        "ConsoleUrl",
        "PrefetchMachineArn",
        "SyncFailuresUrl",
        "RefineFailuresUrl",
        "CoreLayerArn",
        "DependenciesLayerArn",
        "ControlLayerArn",
    }
