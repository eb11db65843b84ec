"""The rules that the local stack starts with when no rules file is given."""

from imagestack_local.operator.rules_file import Item


def optimization_rule(quality: int) -> Item:
    """The rule "Image optimization" for every host."""
    return {
        "pk": "RESOURCE#*",
        "sk": "RULE#1",
        "id": 1,
        "name": "Image optimization",
        "rule": r"/.*\.(?i:jpg|jpeg|png)$",
        "ruleType": 0,
        "weight": 0,
        "active": True,
        "options": {
            "image_stack": {
                "enabled": True,
                "quality": quality,
                "webp_enabled": True,
                "avif_enabled": True,
                "png_lossless": False,
            },
        },
    }


FIRST_RULES: tuple[Item, ...] = (
    {"pk": "RESOURCE#*", "sk": "SETTINGS", "active": True, "origin": {}, "options": {}},
    optimization_rule(quality=95),
)
