//! The start of the program: a panic hook, then the app.

fn main() {
    console_error_panic_hook::set_once();
    leeway_app::start::start();
}
