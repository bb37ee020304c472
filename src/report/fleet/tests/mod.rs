mod claims;
mod snapshots;
mod stage;
