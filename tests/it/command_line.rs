//! The real program as a process: what it says, how it ends, and what it leaves.

mod doctor;
mod make;
mod seeding;
mod rolling;
mod serve;
mod settings;
mod user;
