//! Files that are replaced as a whole.

use std::fs::Permissions;
use std::io::{Error, ErrorKind, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

/// As many links as Linux follows.
const MOST_LINKS: usize = 40;

/// Puts a text in the place of the old one at once: whoever reads, and whoever comes after a power cut, sees
/// one or the other. A link stays, and what it points to is replaced. Without a mode the file keeps its own.
///
/// # Errors
///
/// It cannot be written; the old one is still there.
pub fn replace(path: &Path, text: &str, mode: Option<u32>) -> std::io::Result<()> {
    let path = followed(path)?;
    let mut name = path.file_name().ok_or(ErrorKind::IsADirectory)?.to_owned();
    name.push(".new");
    let new = path.with_file_name(name);
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let permissions = match mode {
        Some(mode) => Some(Permissions::from_mode(mode)),
        None => std::fs::metadata(&path).ok().map(|old| old.permissions()),
    };
    // One that a power cut has left may have another mode.
    let _ = std::fs::remove_file(&new);
    let written = write(&new, text, permissions).and_then(|()| std::fs::rename(&new, &path));
    if written.is_err() {
        let _ = std::fs::remove_file(&new);
    }
    written
}

fn write(new: &Path, text: &str, permissions: Option<Permissions>) -> std::io::Result<()> {
    // Until it has its mode it is for nobody else: there may be a password in it.
    let mode = if permissions.is_some() { 0o600 } else { 0o666 };
    let mut file = std::fs::File::options().write(true).create_new(true).mode(mode).open(new)?;
    if let Some(permissions) = permissions {
        file.set_permissions(permissions)?;
    }
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

/// Where a link leads to, also if nothing is there yet.
fn followed(path: &Path) -> std::io::Result<PathBuf> {
    let mut path = path.to_owned();
    for _ in 0..MOST_LINKS {
        match std::fs::read_link(&path) {
            Ok(next) => path = path.parent().map_or_else(|| next.clone(), |at| at.join(&next)),
            // No link, or nothing.
            Err(_) => return Ok(path),
        }
    }
    Err(Error::other("its links lead in a circle"))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn a_file_is_replaced_as_a_whole_with_its_mode_and_through_its_links() {
        let folder = std::env::temp_dir().join(format!("rapi-files-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        let real = folder.join("etc/real.toml");
        // A folder that is not there is made.
        replace(&real, "first", Some(0o640)).unwrap();
        assert_eq!((fs::read_to_string(&real).unwrap().as_str(), mode(&real)), ("first", 0o640));
        // What a power cut has left is in nobody's way, and its mode is not taken over.
        let left = folder.join("etc/real.toml.new");
        fs::write(&left, "half").unwrap();
        fs::set_permissions(&left, Permissions::from_mode(0o444)).unwrap();
        replace(&real, "second", None).unwrap();
        assert_eq!((fs::read_to_string(&real).unwrap().as_str(), mode(&real)), ("second", 0o640));
        assert!(!left.exists());
        // Links, also over another folder, stay links.
        let (near, far) = (folder.join("etc/near.toml"), folder.join("far.toml"));
        symlink("real.toml", &near).unwrap();
        symlink("etc/near.toml", &far).unwrap();
        replace(&far, "third", None).unwrap();
        assert_eq!((fs::read_to_string(&real).unwrap().as_str(), mode(&real)), ("third", 0o640));
        assert!(near.is_symlink() && far.is_symlink() && !real.is_symlink());
        // Also one to a file that is not there yet.
        let (link, target) = (folder.join("link"), folder.join("new/target"));
        symlink("new/target", &link).unwrap();
        replace(&link, "fourth", Some(0o600)).unwrap();
        assert!(link.is_symlink() && !target.is_symlink());
        assert_eq!(
            (fs::read_to_string(&target).unwrap().as_str(), mode(&target)),
            ("fourth", 0o600)
        );
        // A circle is told, and what cannot be written leaves nothing behind.
        symlink("b", folder.join("a")).unwrap();
        symlink("a", folder.join("b")).unwrap();
        assert!(replace(&folder.join("a"), "", None).unwrap_err().to_string().contains("circle"));
        assert!(replace(&folder.join("etc"), "", None).is_err());
        assert!(folder.join("etc").is_dir() && !folder.join("etc.new").exists());
        fs::remove_dir_all(&folder).unwrap();
    }
}
