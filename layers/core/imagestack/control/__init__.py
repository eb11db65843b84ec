"""The control plane: the HTTP API that reads and changes resources and rules. The data plane imports nothing of it."""
