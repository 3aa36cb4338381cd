//! `rapi-sim replay`: a recording on a port, a pseudo-terminal or a serial port.

use std::process::ExitCode;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::time::sleep;

use super::cli::{Pace, ReplayArgs};
use super::recording;
use super::replay::{Player, Said};
use crate::Pty;

/// Plays until Ctrl-C, or with `--once` until the first client has gone.
pub(super) async fn run(args: &ReplayArgs) -> anyhow::Result<ExitCode> {
    let mut player = Player::new(recording::read(&args.file)?);
    let timing = args.timing;
    let recording = args.file.display();
    if let Some(path) = &args.place.pty {
        let pty = Pty::open(path)?;
        tell!("{recording} on {}", path.display());
        let strange = play(pty, &mut player, timing).await?;
        return Ok(verdict(strange));
    }
    if let Some(path) = &args.place.serial {
        let port = serial2_tokio::SerialPort::open(path, args.place.baud)?;
        tell!("{recording} on {}", path.display());
        return Ok(verdict(play(port, &mut player, timing).await?));
    }
    let listener = args.place.listen.bind().await?;
    tell!("{recording} on tcp://{}", listener.local_addr()?);
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let strange = play(stream, &mut player, timing).await?;
        if args.once {
            return Ok(verdict(strange));
        }
    }
}

fn verdict(strange: usize) -> ExitCode {
    if strange == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Plays to one client until it has gone; returns how often it sent what is not recorded.
async fn play(
    mut client: impl AsyncRead + AsyncWrite + Unpin,
    player: &mut Player,
    timing: Pace,
) -> std::io::Result<usize> {
    let mut strange = 0;
    let mut line = Vec::new();
    let begin = player.begin();
    if say(&mut client, begin, timing).await.is_err() {
        return Ok(0);
    }
    let mut buffer = [0; 256];
    loop {
        let count = match client.read(&mut buffer).await {
            Ok(0) | Err(_) => return Ok(strange),
            Ok(count) => count,
        };
        line.extend(&buffer[..count]);
        // What was sent together when it was recorded.
        if let Some(said) = player.receive_exactly(&line) {
            line.clear();
            if say(&mut client, said, timing).await.is_err() {
                return Ok(strange);
            }
        }
        while let Some(end) = line.iter().position(|&byte| byte == b'\r') {
            let rest = line.split_off(end + 1);
            let sent = core::mem::replace(&mut line, rest);
            // A command begins with the last $: what is before it is noise.
            let begin = sent.iter().rposition(|&byte| byte == b'$').unwrap_or(0);
            match player.receive(&sent[begin..]).or_else(|| player.receive(&sent)) {
                Some(said) => {
                    if say(&mut client, said, timing).await.is_err() {
                        return Ok(strange);
                    }
                }
                None => {
                    strange += 1;
                    eprintln!("not in the recording: {:?}", recording::text(&sent));
                }
            }
        }
        // Nothing that long is recorded.
        line.truncate(4096);
    }
}

async fn say(
    client: &mut (impl AsyncWrite + Unpin),
    said: Vec<Said>,
    timing: Pace,
) -> std::io::Result<()> {
    for (wait, bytes) in said {
        if timing == Pace::Real {
            sleep(Duration::from_secs_f64(wait.max(0.0) / 1000.0)).await;
        }
        client.write_all(&bytes).await?;
    }
    client.flush().await
}
