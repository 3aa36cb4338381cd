//! What is said about a command: the line, and the document that belongs to it.

use rapi_core::{AnyResponse, Check, Code, Dialect, Reply, SeqId, Writer};
use serde_json::{Value, json};

use crate::inbox;

/// Writes a reply as the user would have got it: without the id that the client added, with the
/// one that the user sent, and with a checksum that fits; without CR.
#[must_use]
pub fn line(reply: &Reply<'_>, seq: Option<SeqId>, dialect: Dialect) -> String {
    let code = if reply.accepted() { Code::OK } else { Code::NK };
    let mut buffer = [0; 128];
    let mut writer = Writer::new(&mut buffer, code);
    for field in reply.fields() {
        writer.text(field);
    }
    let seq = seq.filter(|_| dialect.has_sequence_ids());
    let check = if dialect == Dialect::V1 { Check::None } else { Check::Xor };
    let len = writer.finish(seq, check).unwrap_or(0);
    String::from_utf8_lossy(&buffer[..len]).trim_end_matches('\r').to_owned()
}

/// What became of a command.
#[derive(Clone, Debug)]
pub struct Document {
    /// What the user gave to know the answer by.
    pub id: Value,
    /// The command as it was understood, or as it was given.
    pub cmd: String,
    /// The controller's line.
    pub ret: Option<String>,
    /// Its fields by their names.
    pub decoded: Option<AnyResponse>,
    /// From the command's coming to its answer.
    pub ms: u64,
    /// A word for programs, and a sentence for people.
    pub error: Option<(&'static str, String)>,
}

impl Document {
    /// Of a command that is not carried out.
    #[must_use]
    pub fn refused(id: Value, given: &str, word: &'static str, sentence: String) -> Self {
        let error = Some((word, sentence));
        Self { id, cmd: inbox::short(given), ret: None, decoded: None, ms: 0, error }
    }

    /// Where it belongs, below the base. What has no code is answered, too.
    #[must_use]
    pub fn topic(&self) -> String {
        let code = self.cmd.strip_prefix('$').and_then(|given| given.get(..2));
        let code = code.filter(|code| code.bytes().all(|byte| byte.is_ascii_alphanumeric()));
        code.map_or("rapi/out/invalid".to_owned(), |code| format!("rapi/out/${code}"))
    }

    /// As JSON.
    #[must_use]
    pub fn json(&self) -> String {
        self.value().to_string()
    }

    /// As a JSON value.
    #[must_use]
    pub fn value(&self) -> Value {
        let decoded = self.decoded.and_then(|response| serde_json::to_value(response).ok());
        // `{"GetState": {…}}`: the command is known already.
        let decoded = match decoded {
            Some(Value::Object(map)) => map.into_iter().next().map(|(_, value)| value),
            other => other,
        };
        json!({
            "id": self.id,
            "cmd": self.cmd,
            "ret": self.ret,
            "ok": self.error.is_none(),
            "decoded": decoded,
            "ms": self.ms,
            "error": self.error.as_ref().map(|(word, _)| word),
            "message": self.error.as_ref().map(|(_, sentence)| sentence),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rapi_core::commands::GetSettings;
    use rapi_core::{AnyCommand, Frame, Incoming, Sender};

    #[test]
    fn the_answer_is_the_line_that_the_user_would_have_got() {
        let frame = Frame::parse(b"$OK 8.2.3 5.2.1 :07^32", Sender::Controller).unwrap();
        let Ok(Incoming::Reply(reply)) = Incoming::sort(&frame, Dialect::V3) else { panic!() };
        assert_eq!(line(&reply, None, Dialect::V3), "$OK 8.2.3 5.2.1^2F");
        assert_eq!(line(&reply, SeqId::new(0xa5), Dialect::V3), "$OK 8.2.3 5.2.1 :A5^41");
        assert_eq!(line(&reply, None, Dialect::V1), "$OK 8.2.3 5.2.1");
        let frame = Frame::parse(b"$OK ", Sender::Controller).unwrap();
        let Ok(Incoming::Reply(reply)) = Incoming::sort(&frame, Dialect::V1) else { panic!() };
        assert_eq!(line(&reply, None, Dialect::V1), "$OK ");
    }

    #[test]
    fn the_document_has_the_fields_of_the_answer_by_name() {
        let frame = Frame::parse(b"$OK 24 0021^25", Sender::Controller).unwrap();
        let Ok(Incoming::Reply(reply)) = Incoming::sort(&frame, Dialect::V3) else { panic!() };
        let mut document = Document {
            id: json!(7),
            cmd: "$GE".to_owned(),
            ret: Some("$OK 24 0021^25".to_owned()),
            decoded: AnyCommand::GetSettings(GetSettings).decode_reply(&reply).ok(),
            ms: 12,
            error: None,
        };
        let expected = json!({
            "id": 7, "cmd": "$GE", "ret": "$OK 24 0021^25", "ok": true,
            "decoded": {"amps": 24, "flags": 33}, "ms": 12, "error": null, "message": null,
        });
        assert_eq!(document.json().parse::<Value>().unwrap(), expected);
        document.error = Some(("timeout", "no answer".to_owned()));
        let json = document.json().parse::<Value>().unwrap();
        assert_eq!((&json["ok"], &json["error"]), (&json!(false), &json!("timeout")));
    }
}
