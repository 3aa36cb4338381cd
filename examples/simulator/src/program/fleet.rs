//! The stations of a program, and where clients find them.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use tokio::net::TcpListener;

use crate::{Address, Handle, Pty, Station, World, accept, serve_in};

/// A running station, and where its client finds it.
#[derive(Clone, Debug)]
pub struct Member {
    /// It counts from 1.
    pub number: usize,
    /// An address or a path.
    pub place: String,
    /// The station.
    pub handle: Handle,
}

/// Where stations are to be found.
#[derive(Clone, Debug)]
pub enum Places {
    /// TCP ports, counting up from this one.
    Tcp(Address),
    /// Pseudo-terminals, counting up from this path.
    Pty(PathBuf),
    /// A serial port, with its speed in bits a second.
    Serial(PathBuf, u32),
}

/// Switches stations on, each with its own seed.
///
/// # Errors
///
/// An address or a path that cannot be had, by name.
pub async fn start(
    stations: Vec<Station>,
    places: &Places,
    world: World,
) -> anyhow::Result<Vec<Member>> {
    allow_many_files(stations.len());
    let count = stations.len();
    let mut members = Vec::with_capacity(count);
    for (number, station) in (1..).zip(stations) {
        let place = Place::take(places, number, count).await?;
        let seed = world.seed.wrapping_add(number as u64 - 1);
        let handle = serve_in(World { seed, ..world }, station);
        members.push(Member { number, place: place.settle(&handle).await?, handle });
    }
    Ok(members)
}

/// A place that is ours, before anybody is there.
enum Place {
    Tcp(TcpListener),
    Pty(Pty, PathBuf),
    Serial(serial2_tokio::SerialPort, PathBuf),
}

impl Place {
    async fn take(places: &Places, number: usize, count: usize) -> anyhow::Result<Self> {
        match places {
            Places::Tcp(address) => Ok(Self::Tcp(address.nth(number - 1)?.bind().await?)),
            Places::Pty(path) => {
                let path = numbered(path, number, count);
                Ok(Self::Pty(Pty::open(&path)?, path))
            }
            Places::Serial(path, speed) => {
                let port = serial2_tokio::SerialPort::open(path, *speed)
                    .with_context(|| format!("cannot open {}", path.display()))?;
                Ok(Self::Serial(port, path.clone()))
            }
        }
    }

    async fn settle(self, station: &Handle) -> anyhow::Result<String> {
        Ok(match self {
            Self::Tcp(listener) => {
                let address = listener.local_addr()?;
                accept(listener, station.clone());
                format!("tcp://{address}")
            }
            Self::Pty(pty, path) => {
                station.attach(pty).await;
                path.display().to_string()
            }
            Self::Serial(port, path) => {
                station.attach(port).await;
                path.display().to_string()
            }
        })
    }
}

/// Counts up the digits at the end of a path, in front of its extension; without digits from 1.
/// A single one keeps its name.
#[must_use]
pub fn numbered(path: &Path, number: usize, count: usize) -> PathBuf {
    if count == 1 {
        return path.to_owned();
    }
    let text = path.to_string_lossy();
    let extension = path.extension().map(|extension| format!(".{}", extension.to_string_lossy()));
    let extension = extension.unwrap_or_default();
    let stem = text.strip_suffix(&extension).unwrap_or(&text);
    let name = stem.trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = stem.strip_prefix(name).unwrap_or_default();
    let first = digits.parse().unwrap_or(1);
    let width = digits.len();
    PathBuf::from(format!("{name}{:0width$}{extension}", first + number - 1))
}

/// Lets this process open as many files as that many stations, or clients, need: two each.
pub fn allow_many_files(stations: usize) {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let wanted = 2 * stations as u64 + 64;
    if current.is_some_and(|current| current < wanted) {
        let enough = maximum.map_or(wanted, |maximum| maximum.min(wanted));
        // Without it the port that is one too many says so.
        let _ = setrlimit(Resource::Nofile, Rlimit { current: Some(enough), maximum });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_count_up() {
        for (path, number, count, expected) in [
            ("/tmp/evse", 1, 1, "/tmp/evse"),
            ("/tmp/evse", 1, 3, "/tmp/evse1"),
            ("/tmp/evse", 3, 3, "/tmp/evse3"),
            ("/tmp/ttyEVSE0", 1, 2, "/tmp/ttyEVSE0"),
            ("/tmp/ttyEVSE09", 2, 2, "/tmp/ttyEVSE10"),
            ("day.jsonl", 2, 2, "day2.jsonl"),
            ("d.1/day", 2, 2, "d.1/day2"),
        ] {
            assert_eq!(numbered(Path::new(path), number, count), Path::new(expected), "{path}");
        }
    }
}
