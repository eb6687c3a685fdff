//! What the program says on stdout when it is ready. The first line is for other programs and **never** changes:
//! `listening ` and the address.

use std::fmt::Write as _;
use std::io::{IsTerminal, Write as _};
use std::path::Path;

use leeway_server::Server;
use leeway_server::config::{Config, Init, TenantAdd};
use leeway_server::db::Tenant;
use leeway_server::demo::{self, Account};
use leeway_server::host::Host;
use leeway_server::tenants::manage::Listed;
use leeway_server::tls::reachable;
use qrcode::QrCode;
use qrcode::render::unicode;

/// Says where it listens, who can log in, and where the data lies.
pub fn ready(server: &Server, config: &Config, accounts: &[Account]) {
    let url = server.url();
    let served = server.tenants().listed();
    let mut text = format!("listening {url}\n\nLeeway is ready. ");
    match served.as_slice() {
        [_] => text.push_str(&format!("Open {}\n", browsable(server))),
        all => {
            text.push_str("Each organisation has hosts of its own:\n");
            all.iter().for_each(|it| text.push_str(&organisation(it)));
        }
    }
    if !accounts.is_empty() {
        let width = accounts.iter().map(|it| it.login.len()).max().unwrap_or(0);
        let _ = writeln!(text, "\nDemo accounts, all with the password {}:", demo::PASSWORD);
        for Account { login, name, does, .. } in accounts {
            let _ = writeln!(text, "  {login:width$}  {name}, {does}");
        }
    }
    let _ = writeln!(text, "\nThe data is in {}", config.place);
    if let Some(fingerprint) = server.fingerprint() {
        let _ =
            writeln!(text, "The certificate is the server's own; its SHA-256 fingerprint is\n{fingerprint}");
        if let Some(address) = reachable(server.address()) {
            let url = format!("https://{address}");
            let _ = writeln!(text, "\nOn a phone in the same network open {url}");
            if !accounts.is_empty() {
                text.push_str(
                    "Demo passwords are refused over the network: change them here on this machine first.\n",
                );
            }
            text.push_str(&picture(&url));
        }
    }
    say(&text);
}

/// Tells of an organisation in a line: its number, its hosts, its name.
pub fn organisation(it: &Listed) -> String {
    let hosts: Vec<&str> = it.hosts.iter().map(Host::text).collect();
    let hosts = if hosts.is_empty() { "every host".to_owned() } else { hosts.join(" ") };
    format!("{}  {hosts}  {}\n", it.tenant, it.name)
}

/// What becomes of a change beside a running server.
pub const SOON: &str = "A server that is running knows it within ten seconds.\n";

/// Says how the first admin gets in.
pub fn founded(init: &Init, password: &str) {
    say(&format!("Founded {} in {}.\n{}", init.name, init.place, first_log_in(&init.admin, password)));
}

/// Says where another organisation is, and how its first admin gets in.
pub fn added(asked: &TenantAdd, tenant: Tenant, password: &str) {
    let hosts: Vec<&str> = asked.hosts.iter().map(Host::text).collect();
    say(&format!(
        "Founded {} as organisation {tenant}, reached by {}.\n{}{SOON}",
        asked.name,
        hosts.join(" and "),
        first_log_in(&asked.admin, password),
    ));
}

fn first_log_in(admin: &str, password: &str) -> String {
    format!(
        "Log in as {admin} with the one-time password {password}\n\
         It must be changed at the first log-in, and can't be shown again.\n"
    )
}

/// Returns the whole path of a file that is there.
pub fn shown(path: &Path) -> String {
    path.canonicalize().unwrap_or_else(|_| path.to_owned()).display().to_string()
}

/// Returns an address that a browser on this machine can open.
fn browsable(server: &Server) -> String {
    let url = server.url();
    match server.address() {
        address if address.ip().is_unspecified() => {
            let scheme = url.split("://").next().unwrap_or("http");
            format!("{scheme}://127.0.0.1:{}", address.port())
        }
        _ => url,
    }
}

/// Draws the address in white on black, whatever the terminal's own colours: cameras want dark on light.
fn picture(url: &str) -> String {
    let Ok(code) = QrCode::new(url) else { return String::new() };
    let drawn = code
        .render::<unicode::Dense1x2>()
        .dark_color(unicode::Dense1x2::Light)
        .light_color(unicode::Dense1x2::Dark)
        .build();
    let (begin, end) = if std::io::stdout().is_terminal() { ("\x1b[97;40m", "\x1b[0m") } else { ("", "") };
    drawn.lines().fold(String::new(), |text, line| text + begin + line + end + "\n")
}

/// Prints.
pub fn say(text: &str) {
    let mut out = std::io::stdout().lock();
    // nobody may be listening: serving goes on
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}
