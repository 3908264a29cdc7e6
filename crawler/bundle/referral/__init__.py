"""Referral packages: what a case's recipient needs, in its language, beside the evidence bundle."""
