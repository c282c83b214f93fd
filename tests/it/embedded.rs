//! The embedded PostgreSQL, with real clusters in folders of their own.

mod refusals;

use std::error::Error;
use std::fs::{self, DirBuilder, Permissions};
use std::io::{BufRead, BufReader};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use lilium::platform::db::embedded::{Embedded, Options};
use tokio_postgres::{NoTls, SimpleQueryMessage};

type Done = Result<(), Box<dyn Error>>;

/// Tells the helper process of `a_server_outlives_its_user_and_is_adopted` its data folder.
const HELPER_DATA: &str = "LILIUM_TEST_EMBEDDED_DATA";

/// A folder that every user can enter, removed at the end with all that is in it.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Result<Folder, Box<dyn Error>> {
        Folder::with_mode(0o755)
    }

    fn with_mode(mode: u32) -> Result<Folder, Box<dyn Error>> {
        let moment = SystemTime::now().duration_since(UNIX_EPOCH)?.as_nanos();
        let path =
            std::env::temp_dir().join(format!("lilium-test-{}-{moment}", std::process::id()));
        DirBuilder::new().mode(mode).create(&path)?;
        fs::set_permissions(&path, Permissions::from_mode(mode))?;
        Ok(Folder(path))
    }

    fn data(&self) -> PathBuf {
        self.0.join("data")
    }

    fn cluster(&self) -> PathBuf {
        self.data().join("postgres")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn options(data: impl Into<PathBuf>) -> Options {
    Options {
        data: data.into(),
        bin: std::env::var_os("LILIUM_PG_BIN").map(PathBuf::from),
        durable: false,
    }
}

fn started_by_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0)
}

/// The process that `postmaster.pid` names, if there is such a file.
fn server_process(cluster: &Path) -> Option<u32> {
    fs::read_to_string(cluster.join("postmaster.pid"))
        .ok()?
        .lines()
        .next()?
        .parse()
        .ok()
}

/// Runs statements; gives the first text that they answer.
async fn ask(server: &Embedded, question: &str) -> Result<String, Box<dyn Error>> {
    let mut config = tokio_postgres::Config::new();
    config
        .host_path(server.socket_dir())
        .port(server.port())
        .user(server.user())
        .dbname("postgres");
    let (client, connection) = config.connect(NoTls).await?;
    let connection = tokio::spawn(connection);
    let answers = client.simple_query(question).await?;
    drop(client);
    connection.await??;
    let mut texts = answers.iter().filter_map(|answer| match answer {
        SimpleQueryMessage::Row(row) => row.get(0),
        _ => None,
    });
    Ok(texts.next().ok_or("no answer")?.to_owned())
}

#[tokio::test]
async fn a_first_start_makes_a_private_cluster() -> Done {
    let folder = Folder::new()?;
    let server = Embedded::start(&options(folder.data())).await?;
    assert!(!server.adopted());
    assert!((15..=18).contains(&server.version()));
    assert_eq!(server.user(), "lilium");
    assert_eq!(server.socket_dir(), folder.cluster().join("run"));
    assert_eq!(
        fs::metadata(folder.cluster())?.permissions().mode() & 0o777,
        0o700
    );
    assert_eq!(ask(&server, "SHOW listen_addresses").await?, "");
    assert_eq!(ask(&server, "SHOW server_encoding").await?, "UTF8");
    assert_eq!(ask(&server, "SELECT upper('é')").await?, "É");
    server.stop().await?;
    assert_eq!(server_process(&folder.cluster()), None);
    Ok(())
}

#[tokio::test]
async fn a_second_start_finds_the_data_and_is_fast() -> Done {
    let folder = Folder::new()?;
    let server = Embedded::start(&Options {
        durable: true,
        ..options(folder.data())
    })
    .await?;
    ask(
        &server,
        "CREATE TABLE kept (word text); INSERT INTO kept VALUES ('here') RETURNING word",
    )
    .await?;
    let begin = Instant::now();
    server.stop().await?;
    println!("stop: {:?}", begin.elapsed());
    let begin = Instant::now();
    let server = Embedded::start(&Options {
        durable: true,
        ..options(folder.data())
    })
    .await?;
    let elapsed = begin.elapsed();
    println!("second start: {elapsed:?}");
    assert!(!server.adopted());
    assert_eq!(ask(&server, "SHOW fsync").await?, "on");
    assert_eq!(ask(&server, "SELECT word FROM kept").await?, "here");
    server.stop().await?;
    // About 0.2 s on an idle machine; the bound is wide because tests share one.
    assert!(elapsed < Duration::from_secs(10), "{elapsed:?}");
    Ok(())
}

#[tokio::test]
async fn two_starts_at_once_share_one_server_which_the_last_one_stops() -> Done {
    let folder = Folder::new()?;
    let options = options(folder.data());
    let (first, second) = tokio::join!(Embedded::start(&options), Embedded::start(&options));
    let (first, second) = (first?, second?);
    assert_ne!(first.adopted(), second.adopted());
    assert_eq!(first.socket_dir(), second.socket_dir());
    first.stop().await?;
    assert_eq!(ask(&second, "SELECT 'alive'").await?, "alive");
    second.stop().await?;
    assert_eq!(server_process(&folder.cluster()), None);
    Ok(())
}

#[tokio::test]
async fn a_server_that_is_dropped_goes_on_and_is_adopted() -> Done {
    let folder = Folder::new()?;
    drop(Embedded::start(&options(folder.data())).await?);
    let process = server_process(&folder.cluster());
    assert!(process.is_some());
    let server = Embedded::start(&options(folder.data())).await?;
    assert!(server.adopted());
    assert_eq!(server_process(&folder.cluster()), process);
    server.stop().await?;
    Ok(())
}

#[tokio::test]
async fn a_server_outlives_its_user_and_is_adopted() -> Done {
    let folder = Folder::new()?;
    let mut helper = Command::new(std::env::current_exe()?)
        .args([
            "--exact",
            "embedded::helper_that_uses_a_server_until_it_is_killed",
            "--ignored",
            "--nocapture",
        ])
        .env(HELPER_DATA, folder.data())
        .stdout(Stdio::piped())
        .spawn()?;
    let output = helper.stdout.take().ok_or("no output")?;
    let ready = BufReader::new(output)
        .lines()
        .map_while(Result::ok)
        .any(|line| line.contains("server is ready"));
    helper.kill()?;
    helper.wait()?;
    assert!(ready, "the helper did not start the server");

    let process = server_process(&folder.cluster());
    let server = Embedded::start(&options(folder.data())).await?;
    assert!(server.adopted());
    assert_eq!(server_process(&folder.cluster()), process);
    assert_eq!(ask(&server, "SELECT 'alive'").await?, "alive");
    server.stop().await?;
    assert_eq!(server_process(&folder.cluster()), None);
    Ok(())
}

#[tokio::test]
#[ignore = "no test: another one runs it as a process to kill"]
async fn helper_that_uses_a_server_until_it_is_killed() -> Done {
    let Ok(data) = std::env::var(HELPER_DATA) else {
        return Ok(());
    };
    let _server = Embedded::start(&options(data)).await?;
    println!("the server is ready");
    tokio::time::sleep(Duration::from_secs(60)).await;
    Ok(())
}

#[tokio::test]
async fn a_server_that_crashed_is_started_again() -> Done {
    let folder = Folder::new()?;
    drop(Embedded::start(&options(folder.data())).await?);
    let process = server_process(&folder.cluster())
        .ok_or("no server")?
        .to_string();
    assert!(
        Command::new("kill")
            .args(["-9", &process])
            .status()?
            .success()
    );
    tokio::time::sleep(Duration::from_millis(500)).await;
    let server = Embedded::start(&options(folder.data())).await?;
    assert!(!server.adopted());
    assert_eq!(ask(&server, "SELECT 'alive'").await?, "alive");
    server.stop().await?;
    Ok(())
}

#[tokio::test]
async fn a_process_file_that_names_another_program_is_ignored() -> Done {
    let folder = Folder::new()?;
    Embedded::start(&options(folder.data()))
        .await?
        .stop()
        .await?;
    let stale = format!(
        "{}\n{}\n1\n5432\n/tmp\n\n 1 1\nready\n",
        std::process::id(),
        folder.cluster().display()
    );
    fs::write(folder.cluster().join("postmaster.pid"), stale)?;
    let server = Embedded::start(&options(folder.data())).await?;
    assert!(!server.adopted());
    server.stop().await?;
    Ok(())
}

#[tokio::test]
async fn a_data_folder_with_a_long_path_has_its_socket_in_a_short_one() -> Done {
    let folder = Folder::new()?;
    let data = folder
        .0
        .join("d".repeat(100))
        .join("a folder, with \"signs\"");
    let server = Embedded::start(&options(&data)).await?;
    let socket = server.socket_dir().to_path_buf();
    assert!(socket.starts_with("/tmp"), "{}", socket.display());
    assert_eq!(fs::metadata(&socket)?.permissions().mode() & 0o777, 0o700);
    assert_eq!(ask(&server, "SELECT 'alive'").await?, "alive");
    server.stop().await?;
    assert!(!socket.exists());
    Ok(())
}

#[tokio::test]
async fn a_half_made_cluster_of_a_crash_is_cleared_away() -> Done {
    let folder = Folder::new()?;
    let half = folder.data().join("postgres.new-1");
    fs::create_dir_all(&half)?;
    fs::write(half.join("PG_VERSION"), "15\n")?;
    Embedded::start(&options(folder.data()))
        .await?
        .stop()
        .await?;
    assert!(!half.exists());
    Ok(())
}

#[tokio::test]
async fn started_by_root_it_runs_as_another_user_where_that_one_can_reach_it() -> Done {
    if !started_by_root() {
        return Ok(());
    }
    let folder = Folder::with_mode(0o700)?;
    let server = Embedded::start(&options(folder.data())).await?;
    let cluster = server
        .socket_dir()
        .parent()
        .ok_or("no cluster")?
        .to_path_buf();
    let home = cluster.parent().ok_or("no home")?.to_path_buf();
    assert!(home.starts_with("/var/lib/lilium"), "{}", home.display());
    assert_ne!(fs::metadata(&cluster)?.uid(), 0);
    server.stop().await?;
    let server = Embedded::start(&options(folder.data())).await?;
    assert!(!server.adopted());
    assert!(server.socket_dir().starts_with(&home));
    server.stop().await?;
    fs::remove_dir_all(home)?;
    Ok(())
}

#[tokio::test]
async fn a_cluster_that_root_has_copied_gets_its_user() -> Done {
    if !started_by_root() {
        return Ok(());
    }
    let folder = Folder::new()?;
    Embedded::start(&options(folder.data()))
        .await?
        .stop()
        .await?;
    let copy = folder.0.join("copy");
    assert!(
        Command::new("cp")
            .arg("-r")
            .arg(folder.data())
            .arg(&copy)
            .status()?
            .success()
    );
    let server = Embedded::start(&options(&copy)).await?;
    assert_eq!(ask(&server, "SELECT 'alive'").await?, "alive");
    server.stop().await?;
    Ok(())
}
