// The fields of the option image_stack. Written by `make tables` from imagestack/rules/options.py.

/** The word for a quality that is chosen for each image. */
export const AUTO = "auto";

/** By name, in the order of the form. */
export const FIELDS = {
  "quality": {
    "kind": "quality",
    "label": "Quality in percent",
    "hint": "0 to 100 as of a JPEG, for every format. Never above the original's.",
    "default": 95,
    "low": 0,
    "high": 100
  },
  "quality_target": {
    "kind": "number",
    "label": "Target score",
    "hint": "30 to 95: each picture gets the lowest quality that reaches it. 90 cannot be told apart by eye, 80 hardly, 70 is good.",
    "default": 75,
    "low": 30,
    "high": 95
  },
  "png_lossless": {
    "kind": "switch",
    "label": "Enable lossless for PNG",
    "hint": "PNG becomes lossless WebP only, and quality never touches it.",
    "default": false,
    "summary": {
      "on": "lossless PNG"
    }
  },
  "webp_enabled": {
    "kind": "switch",
    "label": "Enable WebP compression",
    "hint": "For browsers that accept it.",
    "default": false,
    "summary": {
      "on": "WebP"
    }
  },
  "avif_enabled": {
    "kind": "switch",
    "label": "Enable AVIF compression",
    "hint": "For browsers that accept it; it goes before WebP.",
    "default": false,
    "summary": {
      "on": "AVIF"
    }
  },
  "linear": {
    "kind": "switch",
    "label": "Resize in linear light",
    "hint": "Fine bright and dark detail keeps its brightness. It takes more memory and time.",
    "default": false,
    "summary": {
      "on": "linear light"
    }
  },
  "refine": {
    "kind": "choice",
    "label": "Make smaller afterwards",
    "hint": "Encoded once more when nobody waits: fewer bytes, the same quality. Until then the edge keeps an image for a minute.",
    "default": "off",
    "summary": {
      "popular": "made smaller when popular",
      "all": "made smaller afterwards"
    },
    "choices": {
      "off": "Nothing",
      "popular": "Images that are asked for again",
      "all": "All images"
    }
  },
  "png_palette": {
    "kind": "switch",
    "label": "Few colours for PNG",
    "hint": "What is made smaller afterwards may have 256 colours where nobody sees it, and is not lossless then. Not with lossless for PNG.",
    "default": false
  }
};
