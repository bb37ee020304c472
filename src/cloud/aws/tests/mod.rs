//! What holds for every operation, whoever adds one.

mod every_answer;
mod one_way;
