"""The local front: an emulation of CloudFront with the distribution of `template.yaml`."""
