//! Small settings that the page's first script reads too, before anything else is there (`localStorage`). Never
//! business data. Where the browser keeps none, defaults hold.

/// Returns a setting.
pub fn read(key: &str) -> Option<String> {
    storage()?.get_item(key).ok()?
}

/// Keeps a setting; `None` forgets it. Failing to keep it is no error: it holds until the page closes.
pub fn write(key: &str, value: Option<&str>) {
    if let Some(storage) = storage() {
        let _ = match value {
            Some(value) => storage.set_item(key, value),
            None => storage.remove_item(key),
        };
    }
}

fn storage() -> Option<web_sys::Storage> {
    web_sys::window()?.local_storage().ok()?
}
