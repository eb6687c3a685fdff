//! Where the page stands. Never animates: the user did not ask for a ride.

use leptos::prelude::window;

/// Shows the top of the page, where what became of an action is said.
pub fn to_top() {
    window().scroll_to_with_x_and_y(0.0, 0.0);
}
