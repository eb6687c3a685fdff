//! The device's clock: for display and for the `at` of a command; it never decides anything.

use leeway_core::values::{Date, Timestamp};

/// Returns the moment now.
#[cfg(target_family = "wasm")]
pub fn now() -> Timestamp {
    #[expect(clippy::cast_possible_truncation, reason = "milliseconds of this era fit an i64")]
    Timestamp::from_ms(js_sys::Date::now() as i64)
}

/// Returns the moment at which the clock was left: outside of a browser it stands.
#[cfg(not(target_family = "wasm"))]
pub fn now() -> Timestamp {
    NOW.get()
}

#[cfg(not(target_family = "wasm"))]
thread_local! {
    static NOW: std::cell::Cell<Timestamp> = const { std::cell::Cell::new(Timestamp::from_ms(0)) };
}

/// Sets the clock of this thread, for tests and simulations.
#[cfg(not(target_family = "wasm"))]
pub fn stand_at(now: Timestamp) {
    NOW.set(now);
}

/// Returns how many minutes local time was ahead of UTC at a moment; 480 in China.
pub fn offset_minutes(at: Timestamp) -> i32 {
    #[cfg(target_family = "wasm")]
    {
        #[expect(clippy::cast_precision_loss, reason = "milliseconds of this era fit a double")]
        let date = js_sys::Date::new(&wasm_bindgen::JsValue::from_f64(at.ms() as f64));
        #[expect(clippy::cast_possible_truncation, reason = "at most ±1440")]
        let minutes = -date.get_timezone_offset() as i32;
        minutes
    }
    #[cfg(not(target_family = "wasm"))]
    {
        let _ = at;
        480
    }
}

/// Returns the local day now.
pub fn today() -> Date {
    let now = now();
    now.date_at(offset_minutes(now))
}
