//! A pseudo-terminal: a serial port that programs can open.

use std::fs::File;
use std::io;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::task::{Context, Poll};

use anyhow::Context as _;
use rustix::fs::OFlags;
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{OptionalActions, tcgetattr, tcsetattr};
use tokio::io::{AsyncRead, AsyncWrite, Join, ReadBuf, join};
use tokio::net::unix::pipe::{Receiver, Sender};

/// The controller's end of a pseudo-terminal, and a link to the other end.
#[derive(Debug)]
pub struct Pty {
    controller: Join<Receiver, Sender>,
    link: PathBuf,
    /// Kept open so that a program that closes the port and opens it again finds it alive.
    _terminal: File,
}

impl Pty {
    /// Makes a pseudo-terminal that programs can open at `link`.
    ///
    /// # Errors
    ///
    /// Something other than an old link is at `link`, or the system has no more terminals.
    pub fn open(link: &Path) -> anyhow::Result<Self> {
        let controller = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY)
            .context("the system gives no pseudo-terminal")?;
        grantpt(&controller)?;
        unlockpt(&controller)?;
        rustix::fs::fcntl_setfl(&controller, OFlags::NONBLOCK)?;
        let name = ptsname(&controller, Vec::new())?;
        let name = Path::new(std::ffi::OsStr::from_bytes(name.as_bytes()));
        let terminal = File::options().read(true).write(true).open(name)?;
        // A serial line changes nothing and echoes nothing.
        let mut settings = tcgetattr(&terminal)?;
        settings.make_raw();
        tcsetattr(&terminal, OptionalActions::Now, &settings)?;
        if link.is_symlink() {
            std::fs::remove_file(link)
                .with_context(|| format!("cannot replace {}", link.display()))?;
        }
        std::os::unix::fs::symlink(name, link)
            .with_context(|| format!("cannot make {}; take another path", link.display()))?;
        // To the runtime it is as good as a pair of pipes.
        let reader = Receiver::from_owned_fd_unchecked(controller.try_clone()?)?;
        let writer = Sender::from_owned_fd_unchecked(controller)?;
        Ok(Self { controller: join(reader, writer), link: link.to_owned(), _terminal: terminal })
    }
}

impl Drop for Pty {
    fn drop(&mut self) {
        // A link that is left behind is replaced at the next start.
        let _ = std::fs::remove_file(&self.link);
    }
}

impl AsyncRead for Pty {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.controller).poll_read(context, buffer)
    }
}

impl AsyncWrite for Pty {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.controller).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.controller).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.controller).poll_shutdown(context)
    }
}
