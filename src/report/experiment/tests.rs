//! What is shown of an experiment.
