"""Many runs: where they are kept, how they are carried out, what they add up to."""
