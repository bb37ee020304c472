//! Tests that hold for every AWS operation.

mod continuing;
mod drive;
mod every_answer;
mod models;
mod one_way;
mod pages;
