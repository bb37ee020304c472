//! Text that people and AWS write, read one way everywhere; what is safe to show, and how it is
//! laid out. Depends on no other module of mlship, and writes nothing.

pub mod arn;
pub mod columns;
pub mod digest;
pub mod duration;
pub mod json;
pub mod moment;
pub mod page;
pub mod region;
pub mod sanitize;
pub mod secrets;
pub mod terminal;
pub mod words;
pub mod yaml;

pub use page::Page;
