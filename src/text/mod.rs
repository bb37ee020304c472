//! Text that people and AWS write, read one way everywhere. Depends on no other module of mlship.

pub mod arn;
pub mod digest;
pub mod duration;
pub mod moment;
