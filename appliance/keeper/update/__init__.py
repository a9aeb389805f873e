"""Updates from an address on the network: when one is looked for, and what is fetched."""
