"""How the bundled reader is made: samples, negatives, network, training, export, figures."""
