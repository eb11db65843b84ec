"""The control plane: who may change resources and rules, and how. Nothing of the data plane imports it."""
