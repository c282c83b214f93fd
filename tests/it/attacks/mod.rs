//! Attacks, each from outside and against the program as a process, while somebody beside it only wants an answer.

mod besieged;
mod documents;
mod floods;
mod injection;
mod leaks;
mod sign_in_timing;
mod tokens;
