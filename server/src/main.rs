//! The server's program: reads the settings, starts, says where, and stops when told to.

mod told;
mod welcome;

use std::io::IsTerminal;
use std::process::ExitCode;

use clap::Parser;
use leeway_server::clock::Clock;
use leeway_server::config::{Cli, Config, IssuerKey, LogFormat, RecoveryKey, Task, TenantTask};
use leeway_server::tenants::manage;
use leeway_server::{Server, StartError, tasks};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::ParseError;

#[tokio::main]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    if let Err(error) = log(&cli) {
        return failed(&format!("--log: {error}"));
    }
    match run(&cli.task).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failed(&error.to_string()),
    }
}

async fn run(task: &Task) -> Result<(), StartError> {
    let clock = Clock::system();
    match task {
        Task::Serve(config) => return serve(config).await,
        Task::Init(init) => welcome::founded(init, &tasks::init(init, &clock).await?),
        Task::Tenant(asked) => tenant(asked, &clock).await?,
        Task::Backup(asked) => told::backed_up(asked, tasks::back_up(asked).await?),
        Task::Restore(asked) => told::restored(asked, &tasks::restore(asked, &clock).await?),
        Task::Verify(asked) => told::sound(&tasks::verify(asked).await?),
        Task::MarkDurable(asked) => told::marked(tasks::mark_durable(asked).await?),
        Task::NewEpoch(asked) => {
            tasks::new_epoch(asked).await?;
            told::begun();
        }
        Task::RecoveryKey(RecoveryKey::New(asked)) => {
            let (key, private) = tasks::new_recovery_key(asked, &clock).await?;
            told::made(&key, &private);
        }
        Task::RecoveryKey(RecoveryKey::List(asked)) => {
            told::listed(&tasks::recovery_keys(asked).await?);
        }
        Task::IssuerKey(asked) => issuer_key(asked, &clock).await?,
        Task::RescueImport(asked) => {
            told::imported(asked, &tasks::rescue_import(asked, &clock).await?);
        }
    }
    Ok(())
}

async fn tenant(task: &TenantTask, clock: &Clock) -> Result<(), StartError> {
    match task {
        TenantTask::Add(asked) => {
            let (tenant, password) = manage::add(asked, clock).await?;
            welcome::added(asked, tenant, &password);
        }
        TenantTask::Host(asked) => told::reached(&manage::set_hosts(asked).await?),
        TenantTask::List(place) => told::tenants(&manage::list(place).await?),
    }
    Ok(())
}

async fn issuer_key(task: &IssuerKey, clock: &Clock) -> Result<(), StartError> {
    match task {
        IssuerKey::New(whose) => told::signs(&tasks::new_issuer_key(whose, clock).await?),
        IssuerKey::List(whose) => told::signers(&tasks::issuer_keys(whose).await?),
        IssuerKey::Withdraw(asked) => told::withdrawn(&tasks::withdraw_issuer_key(asked, clock).await?),
    }
    Ok(())
}

fn log(cli: &Cli) -> Result<(), ParseError> {
    let filter = EnvFilter::builder().parse(&cli.log)?;
    let colours = std::io::stderr().is_terminal();
    let log =
        tracing_subscriber::fmt().with_env_filter(filter).with_ansi(colours).with_writer(std::io::stderr);
    match cli.log_format {
        LogFormat::Text => log.init(),
        LogFormat::Json => log.json().init(),
    }
    Ok(())
}

fn failed(why: &str) -> ExitCode {
    use std::io::Write;
    // stderr may be closed: the exit code still says it
    let _ = writeln!(std::io::stderr(), "leeway-server: {why}");
    ExitCode::FAILURE
}

async fn serve(config: &Config) -> Result<(), StartError> {
    let server = Server::start(config, Clock::system()).await?;
    welcome::ready(&server, config, &server.demo_accounts().await?);
    server.run(stop()).await;
    Ok(())
}

/// Waits for the operating system's word to end.
async fn stop() {
    let interrupted = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminated = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => drop(signal.recv().await),
            Err(_) => std::future::pending::<()>().await,
        }
    };
    #[cfg(not(unix))]
    let terminated = std::future::pending::<()>();
    tokio::select! {
        () = interrupted => {}
        () = terminated => {}
    }
    tracing::info!("stopping");
}
