"""Asking others about hosts: resolvers (DNS) and registries (RDAP); nothing here ever connects to the hosts themselves."""
