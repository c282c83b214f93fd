//! What keeps the embedded PostgreSQL from starting: each case says what to do, and nothing is lost.

use std::error::Error;
use std::fs::{self, DirBuilder, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use lilium::platform::db::embedded::{Embedded, EmbeddedError, Options};

use super::{Done, Folder, options, started_by_root};

/// The message of a start that has to fail.
async fn refusal(options: &Options) -> Result<String, Box<dyn Error>> {
    match Embedded::start(options).await {
        Ok(server) => {
            server.stop().await?;
            Err("the server started".into())
        }
        Err(error) => Ok(error.to_string()),
    }
}

#[tokio::test]
async fn a_short_folder_that_is_open_to_others_is_refused() -> Done {
    let folder = Folder::new()?;
    let data = folder.0.join("d".repeat(100));
    let server = Embedded::start(&options(&data)).await?;
    let socket = server.socket_dir().to_path_buf();
    server.stop().await?;
    DirBuilder::new().create(&socket)?;
    fs::set_permissions(&socket, Permissions::from_mode(0o777))?;
    let refusal = refusal(&options(&data)).await?;
    fs::remove_dir(&socket)?;
    assert!(refusal.contains("not a private folder"), "{refusal}");
    Ok(())
}

#[tokio::test]
async fn a_path_too_long_for_postgresql_is_refused() -> Done {
    let folder = Folder::new()?;
    let data = (0..10).fold(folder.data(), |path, _| path.join("d".repeat(100)));
    let refusal = refusal(&options(&data)).await?;
    assert!(refusal.contains("longer than 900 bytes"), "{refusal}");
    assert!(!folder.data().exists());
    Ok(())
}

#[tokio::test]
async fn a_cluster_of_another_major_version_is_left_alone() -> Done {
    let folder = Folder::new()?;
    fs::create_dir_all(folder.cluster())?;
    fs::write(folder.cluster().join("PG_VERSION"), "12\n")?;
    let old = refusal(&options(folder.data())).await?;
    assert!(
        old.contains("made by PostgreSQL 12") && old.contains("pg_upgrade"),
        "{old}"
    );

    let installed = installed_version(&folder).await?;
    let other = (15..=18)
        .find(|major| *major != installed)
        .ok_or("no other version")?;
    fs::write(folder.cluster().join("PG_VERSION"), format!("{other}\n"))?;
    match Embedded::start(&options(folder.data())).await {
        Err(EmbeddedError::OtherMajor {
            cluster,
            installed: found,
            ..
        }) => {
            assert_eq!(cluster, other);
            assert!(found.contains(&installed.to_string()), "{found}");
        }
        // Several versions are installed: then the right one runs, and finds the folder incomplete.
        Err(EmbeddedError::Exited { .. }) => {}
        Err(error) => return Err(error.into()),
        Ok(_) => return Err("the server started".into()),
    }
    Ok(())
}

/// The version that a new cluster gets on this machine.
async fn installed_version(folder: &Folder) -> Result<u32, Box<dyn Error>> {
    let server = Embedded::start(&options(folder.0.join("new"))).await?;
    let version = server.version();
    server.stop().await?;
    Ok(version)
}

#[tokio::test]
async fn a_cluster_that_does_not_start_is_quoted() -> Done {
    let folder = Folder::new()?;
    Embedded::start(&options(folder.data()))
        .await?
        .stop()
        .await?;
    fs::remove_file(folder.cluster().join("global/pg_control"))?;
    let refusal = refusal(&options(folder.data())).await?;
    assert!(refusal.contains("pg_control"), "{refusal}");
    Ok(())
}

#[tokio::test]
async fn a_file_in_the_place_of_a_folder_is_named() -> Done {
    let folder = Folder::new()?;
    fs::write(folder.data(), "a file")?;
    let refused = refusal(&options(folder.data())).await?;
    assert!(refused.contains("data is not a folder"), "{refused}");
    let refused = refusal(&options(folder.data().join("below"))).await?;
    assert!(refused.contains("data is not a folder"), "{refused}");

    fs::remove_file(folder.data())?;
    fs::create_dir(folder.data())?;
    fs::write(folder.cluster(), "a file")?;
    let refused = refusal(&options(folder.data())).await?;
    assert!(refused.contains("postgres is not a folder"), "{refused}");
    Ok(())
}

#[tokio::test]
async fn a_folder_with_something_else_is_left_alone() -> Done {
    let folder = Folder::new()?;
    fs::create_dir_all(folder.cluster())?;
    fs::write(folder.cluster().join("holiday.jpg"), "a picture")?;
    let refused = refusal(&options(folder.data())).await?;
    assert!(refused.contains("holds no PostgreSQL cluster"), "{refused}");
    assert_eq!(fs::read_dir(folder.cluster())?.count(), 1);
    Ok(())
}

#[tokio::test]
async fn a_folder_that_cannot_be_written_is_named() -> Done {
    let folder = Folder::with_mode(0o555)?;
    // Root may write everywhere but into the kernel's own folders.
    let data = if started_by_root() {
        PathBuf::from("/proc/lilium")
    } else {
        folder.data()
    };
    let refused = refusal(&options(data)).await?;
    assert!(
        refused.contains("cannot be written") && refused.contains("LILIUM_DATA"),
        "{refused}"
    );
    Ok(())
}

#[tokio::test]
async fn a_setting_without_programs_is_named() -> Done {
    let folder = Folder::new()?;
    let bin = Some(folder.0.clone());
    let refused = refusal(&Options {
        bin,
        ..options(folder.data())
    })
    .await?;
    assert!(refused.contains("LILIUM_PG_BIN is"), "{refused}");
    assert!(!folder.cluster().exists());
    Ok(())
}

#[tokio::test]
async fn a_cluster_that_root_can_no_longer_have_reached_is_not_replaced_by_an_empty_one() -> Done {
    if !started_by_root() {
        return Ok(());
    }
    let folder = Folder::new()?;
    Embedded::start(&options(folder.data()))
        .await?
        .stop()
        .await?;
    fs::set_permissions(&folder.0, Permissions::from_mode(0o700))?;
    let refused = refusal(&options(folder.data())).await?;
    assert!(refused.contains("cannot reach"), "{refused}");
    Ok(())
}
