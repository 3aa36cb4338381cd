//! A line that a person has typed.

use rapi_core::{AnyCommand, COMMANDS, DecodeError, Frame, FrameError, Sender};

use crate::problem::Problem;

/// Reads a command as it is written in the guide, with or without `$` and checksum.
pub fn parse(line: &str) -> Result<AnyCommand, Problem> {
    let line = line.trim();
    let line = if line.starts_with('$') { line.to_owned() } else { format!("${line}") };
    let wrong = |text: String| Problem::Usage(format!("{line}: {text}"));
    let frame = Frame::parse(line.as_bytes(), Sender::Client).map_err(|error| match error {
        FrameError::Code => wrong(
            "a command is two upper-case characters and its arguments, for instance $SC 16 V"
                .to_owned(),
        ),
        error => wrong(error.to_string()),
    })?;
    let known = || {
        let rows = COMMANDS.iter().filter(|info| info.code == frame.code());
        rows.map(|info| format!("${}", info.usage)).collect::<Vec<_>>().join(" or ")
    };
    let command = AnyCommand::try_from(&frame).map_err(|error| match error {
        DecodeError::UnknownCode => wrong(format!(
            "no firmware knows ${}; what there is: rapi get, rapi set, rapi do",
            frame.code()
        )),
        error => wrong(format!("{error}; the command is {}", known())),
    })?;
    command
        .encode(None, rapi_core::Dialect::V3, &mut [0; 64])
        .map_err(|error| wrong(format!("{error}; the command is {}", known())))?;
    Ok(command)
}
