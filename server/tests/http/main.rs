//! The server as others see it: a real listener on a free port, a database of its own for each test, no browser.

mod bargain;
mod files;
mod headers;
mod office;
mod openapi;
mod password;
mod program;
mod pull;
mod push;
mod rights;
mod session;
mod tls;
