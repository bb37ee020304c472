//! Pure work on text: what is safe to show, and how it is laid out. Depends on no other module of
//! the crate, and writes nothing.

pub mod columns;
pub mod json;
pub mod page;
pub mod sanitize;
pub mod terminal;
pub mod words;
pub mod yaml;

pub use page::Page;
