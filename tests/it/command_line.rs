//! The real program as a process: what it says, how it ends, and what it leaves.

mod doctor;
mod make;
mod rolling;
mod search;
mod seeding;
mod serve;
mod settings;
mod user;
