"""Let machines speak: engines behind one interface, each in a child without a network."""
