"""The local front: what CloudFront does with the distribution of `template.yaml`, in this process."""
