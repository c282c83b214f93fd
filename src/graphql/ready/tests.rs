//! What ready objects answer.
