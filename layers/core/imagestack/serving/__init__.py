"""How a request is served: from rules, stores and the transform to an answer."""
