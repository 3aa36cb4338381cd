//! A line that a person has typed.

use rapi_core::{
    AnyCommand, ArgumentError, COMMANDS, DecodeError, Dialect, EncodeError, Frame, FrameError,
    MAX_COMMAND_LEN, Sender,
};

use crate::cli::Common;
use crate::output;
use crate::problem::Problem;
use crate::station::Station;

/// Reads a command as it is written in the guide, with or without `$` and checksum.
pub fn parse(line: &str, dialect: Dialect) -> Result<AnyCommand, Problem> {
    let wrong = |text: String| Problem::Usage(format!("{}: {text}", line.trim()));
    let line = with_dollar(line);
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
            "no firmware of OpenEVSE knows ${}; what there is: rapi get, set and do --help; if \
             yours does, say --foreign",
            frame.code()
        )),
        error => wrong(format!("{error}; the command is {}", known())),
    })?;
    command.encode(None, dialect, &mut [0; 64]).map_err(|error| {
        let problem = ArgumentError::of_line(command.info(), error);
        wrong(format!("{problem}{}", way_out(error)))
    })?;
    Ok(command)
}

/// What may be done about a line that cannot be sent, for the end of a message.
pub fn way_out(error: EncodeError) -> &'static str {
    match error {
        EncodeError::CommandTooLong { length, limit }
            if usize::from(limit) == MAX_COMMAND_LEN
                && usize::from(length) <= Dialect::LONGEST_COMMAND =>
        {
            "; with sensors in its cable, or on a SAMD, it takes more: say --long-lines"
        }
        _ => "",
    }
}

/// The line as it begins on the wire.
pub fn with_dollar(line: &str) -> String {
    let line = line.trim();
    if line.starts_with('$') { line.to_owned() } else { format!("${line}") }
}

/// Sends a line and shows what comes back.
pub fn run(
    common: &Common,
    line: &str,
    foreign: bool,
    connect: impl FnOnce() -> Result<Station, Problem>,
) -> Result<(), Problem> {
    let line = with_dollar(line);
    if foreign {
        let frame = Frame::parse(line.as_bytes(), Sender::Client)
            .map_err(|error| Problem::Usage(format!("{line}: {error}")))?;
        if COMMANDS.iter().any(|info| info.code == frame.code()) {
            return Err(Problem::Usage(format!(
                "{line}: the table has ${}; leave --foreign out, so that it is checked",
                frame.code()
            )));
        }
        output::ask(common, &format!("{line} needs a yes: nothing is known about it"))?;
        let reply = connect()?.raw(&line)?.unwrap_or_default();
        if common.json {
            output::say_json(&serde_json::json!({ "sent": line, "reply": reply }));
        } else {
            output::say(&reply);
        }
        return if reply.starts_with("$NK") {
            Err(Problem::Refused(format!("the station refuses {line}")))
        } else {
            Ok(())
        };
    }
    let command = parse(&line, common.dialect())?;
    output::confirm(common, &command)?;
    let answer = connect()?.send(&command)?;
    output::answer(common, &command, answer)
}
