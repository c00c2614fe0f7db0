"""Measurements that a person runs on a quiet machine; not part of the product."""
