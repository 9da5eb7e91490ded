"""Huawei Cloud ModelArts resource pools as Pulumi resources."""
