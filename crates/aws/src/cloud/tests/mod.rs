//! Tests that hold for every AWS operation.

mod drive;
mod every_answer;
mod one_way;
