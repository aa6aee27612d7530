// The prover.
