//! The example of a row of the table: as data, and as a test in the documentation of its command.

macro_rules! example {
    (@data {
        $sent:literal -> $heard:literal $(heard from $recorded:literal)?: $($rest:tt)+
    }) => {
        Example::new($sent, $heard, &[$($recorded)?])
    };
    (@doc { $sent:literal -> "": $command:expr => () }) => {
        concat!(
            "```\n", example!(@hidden),
            "assert_eq!(line(&", stringify!($command), "), \"", $sent, "\");\n```\n\n",
            "It is never answered.",
        )
    };
    (@doc {
        $sent:literal -> $heard:literal $(heard from $recorded:literal)?:
        $command:expr => $response:expr
    }) => {
        concat!(
            "```\n", example!(@hidden),
            "let command = ", stringify!($command), ";\n",
            "assert_eq!(line(&command), \"", $sent, "\");\n",
            $("// Recorded from firmware ", $recorded, ":\n",)?
            "assert_eq!(answer(&command, \"", $heard, "\"), ", stringify!($response), ");\n```",
        )
    };
    (@hidden) => {
        "# use rapi_core::{Command, Dialect, Frame, Incoming, Response, Sender};\n\
         # use rapi_core::{commands::*, encode_command, types::*};\n\
         # fn line<C: Command>(command: &C) -> String {\n\
         #     let mut line = [0; 64];\n\
         #     let len = encode_command(command, None, Dialect::V3, &mut line).unwrap();\n\
         #     String::from_utf8_lossy(&line[..len]).trim_end().to_owned()\n\
         # }\n\
         # fn answer<C: Command>(_: &C, line: &str) -> C::Response {\n\
         #     let frame = Frame::parse(line.as_bytes(), Sender::Controller).unwrap();\n\
         #     match Incoming::sort(&frame, Dialect::V3) {\n\
         #         Ok(Incoming::Reply(reply)) => C::Response::decode(&reply).unwrap(),\n\
         #         _ => panic!(),\n\
         #     }\n\
         # }\n"
    };
}
