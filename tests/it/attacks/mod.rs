//! Attacks, each from outside and against the program as a process, while somebody beside it only wants an answer.

mod besieged;
mod documents;
mod floods;
mod injection;
mod leaks;
mod sign_in_timing;
mod tokens;
mod transport_bodies;
mod transport_connections;
mod transport_forwarding;
mod transport_headers;
mod transport_http2;
mod transport_leaks;
mod transport_smuggling;
mod transport_sockets;
mod victim;
