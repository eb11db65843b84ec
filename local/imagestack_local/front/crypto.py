"""HMAC of the module `crypto`, which CloudFront's JavaScript runtime has and QuickJS lacks."""

import hmac
from typing import Any

_MODULE = """
function require(name) {
  if (name !== 'crypto') {
    throw new Error('there is no module ' + name);
  }
  return {
    createHmac: function (algorithm, key) {
      var text = '';
      return {
        update: function (more) { text += more; return this; },
        digest: function (encoding) {
          if (encoding !== 'hex') {
            throw new Error('there is no encoding ' + encoding);
          }
          return __hmac(algorithm, key, text);
        }
      };
    }
  };
}
"""


def provide(context: Any) -> None:  # noqa: ANN401 - quickjs has no types
    """Add `require('crypto').createHmac` to a context, with hexadecimal digests."""
    context.add_callable("__hmac", _hmac)
    context.eval(_MODULE)


def _hmac(algorithm: str, key: str, text: str) -> str:
    return hmac.new(key.encode(), text.encode(), algorithm).hexdigest()
