//! Nothing ships from here.
