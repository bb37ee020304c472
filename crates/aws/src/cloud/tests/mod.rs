//! What holds for every operation, whoever adds one.

mod drive;
mod every_answer;
mod one_way;
