"""The version of the rules: it is recorded, with a hash of the scales, with every hit.

Change it with any rule, weight, table or word list.
"""

RULES_VERSION = "9"
BIAS = -3.4
