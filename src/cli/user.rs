//! `lilium user`

use super::Failure;
use crate::app::App;
use crate::config::Config;
use crate::domains::accounts::service::{Accounts, NewPerson};
use crate::domains::accounts::{AccountError, Password, PersonListed, Role, UserState};
use clap::builder::PossibleValuesParser;
use clap::builder::TypedValueParser;
use clap::{Args, Subcommand};
use rustix::termios::{self, LocalModes, OptionalActions};
use std::io::{BufRead, IsTerminal, Read, Write};
use std::process::ExitCode;

/// What can be done with accounts.
#[derive(Subcommand)]
pub(super) enum Command {
    /// Make an account; its password is asked for
    Create {
        /// The e-mail address
        email: String,
        /// Given name
        #[arg(long, default_value = "")]
        first_name: String,
        /// Family name
        #[arg(long, default_value = "")]
        last_name: String,
        /// What they are besides a customer
        #[arg(long, default_value = "CUSTOMER", value_parser = role())]
        role: Role,
        /// The handle of the vendor that a vendor's role holds at
        #[arg(long)]
        vendor: Option<String>,
        /// Read the password from the first line of standard input
        #[arg(long)]
        password_stdin: bool,
    },
    /// Give somebody a role
    Grant(Holding),
    /// Take a role away from somebody
    Revoke(Holding),
    /// List accounts with their roles
    List,
    /// Close an account and end all its sessions
    Disable {
        /// The e-mail address
        email: String,
    },
    /// Open an account that was closed
    Enable {
        /// The e-mail address
        email: String,
    },
}

/// Who has which role where.
#[derive(Args)]
pub(super) struct Holding {
    /// The e-mail address
    email: String,
    /// The role
    #[arg(value_parser = role())]
    role: Role,
    /// The handle of the vendor that a vendor's role holds at
    #[arg(long)]
    vendor: Option<String>,
}

impl Holding {
    /// The role and where it holds, for people.
    fn said(&self) -> String {
        match &self.vendor {
            Some(vendor) => format!("{} at {vendor}", self.role.name()),
            None => self.role.name().to_owned(),
        }
    }
}

/// Reads a role by its name, in capitals or not.
fn role() -> impl TypedValueParser<Value = Role> {
    PossibleValuesParser::new(Role::ALL.map(Role::name)).try_map(|name: String| {
        Role::ALL
            .into_iter()
            .find(|role| role.name() == name)
            .ok_or("no role")
    })
}

/// Does it and says what was done.
pub(super) async fn user(config: Config, command: Command) -> Result<ExitCode, Failure> {
    // Before anything is started, so that nobody types into the lines of the log.
    let password = match &command {
        Command::Create { password_stdin, .. } => Some(password(*password_stdin)?),
        _ => None,
    };
    let app = App::start(config).await?;
    let accounts = Accounts::new(app.database.clone(), app.services.access.clone());
    let done = run(&accounts, command, password).await;
    drop(accounts);
    app.stop().await?;
    println!("{}", done.map_err(advised)?);
    Ok(ExitCode::SUCCESS)
}

async fn run(
    accounts: &Accounts,
    command: Command,
    password: Option<Password>,
) -> Result<String, AccountError> {
    Ok(match command {
        Command::Create {
            email,
            first_name,
            last_name,
            role,
            vendor,
            ..
        } => {
            let person = NewPerson {
                email: email.clone(),
                password: password.unwrap_or_else(|| Password::new(String::new())),
                first_name,
                last_name,
            };
            accounts.create(person, role, vendor.as_deref()).await?;
            format!("{} has an account.", email.trim())
        }
        Command::Grant(holding) => {
            let Holding {
                email,
                role,
                vendor,
            } = &holding;
            match accounts.grant(email, *role, vendor.as_deref()).await? {
                true => format!("{email} is {} now.", holding.said()),
                false => format!("{email} was {} before: nothing to do.", holding.said()),
            }
        }
        Command::Revoke(holding) => {
            let Holding {
                email,
                role,
                vendor,
            } = &holding;
            match accounts.revoke(email, *role, vendor.as_deref()).await? {
                true => format!("{email} is {} no more.", holding.said()),
                false => {
                    let told = format!(
                        "{email} is not {}: `lilium user list` shows who is what",
                        holding.said()
                    );
                    return Err(AccountError::NotGranted(told));
                }
            }
        }
        Command::List => listed(&accounts.list().await?),
        Command::Disable { email } => match accounts.disable(&email).await? {
            true => format!("{email} is closed, and signed in nowhere."),
            false => format!("{email} was closed before."),
        },
        Command::Enable { email } => match accounts.enable(&email).await? {
            true => format!("{email} is open again."),
            false => format!("{email} was open before."),
        },
    })
}

fn listed(people: &[PersonListed]) -> String {
    if people.is_empty() {
        return "Nobody has an account: `lilium user create` makes one.".to_owned();
    }
    let lines = people.iter().map(|person| {
        let state = match person.state {
            UserState::Active => "",
            UserState::Disabled => "  (closed)",
        };
        format!("{}  {}{state}", person.email, person.roles.join(" "))
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// What a person at the terminal can do about it.
fn advised(error: AccountError) -> Failure {
    match error {
        AccountError::BadEmail => "this is no e-mail address: write it like ada@example.com".into(),
        AccountError::Taken => {
            "there is an account of this address: `lilium user grant` gives it a role".into()
        }
        AccountError::Database(error) if error.to_string().contains("does not exist") => {
            "the database has no accounts yet: run `lilium migrate` first".into()
        }
        other => other.into(),
    }
}

/// More than this is not read: no password is that long.
const MOST_READ: u64 = 4096;

fn password(from_stdin: bool) -> Result<Password, Failure> {
    let stdin = std::io::stdin();
    if !from_stdin && !stdin.is_terminal() {
        return Err("there is no terminal to ask for the password: pass --password-stdin and write it to standard input".into());
    }
    let line = if from_stdin {
        read_line()?
    } else {
        print!("Password: ");
        std::io::stdout().flush()?;
        unseen(read_line)?
    };
    Ok(Password::new(line))
}

fn read_line() -> Result<String, Failure> {
    let mut line = String::new();
    std::io::stdin()
        .lock()
        .take(MOST_READ)
        .read_line(&mut line)?;
    Ok(line.trim_end_matches(['\n', '\r']).to_owned())
}

/// Runs `read` while the terminal does not show what is typed.
fn unseen(read: fn() -> Result<String, Failure>) -> Result<String, Failure> {
    let stdin = std::io::stdin();
    let shown = termios::tcgetattr(&stdin)?;
    let mut hidden = shown.clone();
    hidden.local_modes.remove(LocalModes::ECHO);
    termios::tcsetattr(&stdin, OptionalActions::Flush, &hidden)?;
    let line = read();
    termios::tcsetattr(&stdin, OptionalActions::Flush, &shown)?;
    println!();
    line
}
