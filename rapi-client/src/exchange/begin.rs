//! How an exchange begins: with a command, a probe or a fence.

use rapi_core::commands::GetVersion;
use rapi_core::{AnyCommand, Command, EncodeError, Writer};

use super::line::{Line, Pending};
use super::state::Phase;
use super::{Exchange, unmarked};
use crate::call::{Arguments, Call};
use crate::{BeginError, RawCommand};

impl<const RX: usize, const EVENTS: usize> Exchange<RX, EVENTS> {
    /// Begins a command: returns the line to be sent and the right to its reply.
    ///
    /// A command that is still waited for is given up. A command that a controller never answers
    /// ([`CommandInfo::is_answered`](rapi_core::CommandInfo::is_answered)) is over as soon as it is sent.
    ///
    /// # Errors
    ///
    /// [`BeginError::Encode`] when the command cannot be written; [`BeginError::Unfenced`] when,
    /// without ids, an earlier line may still be under way.
    pub fn begin<C: Command>(&mut self, command: &C) -> Result<(Line, Pending<C>), BeginError> {
        let mut line = Line::EMPTY;
        let arguments = |writer: &mut Writer<'_>| command.encode_args(writer);
        self.begin_line(&mut line, const { Call::of(C::INFO) }, Some(&arguments))?;
        Ok((line, Pending::new(self.state.serial)))
    }

    /// Begins a command of which only the line is known; see [`begin`](Self::begin).
    ///
    /// # Errors
    ///
    /// Those of [`begin`](Self::begin).
    pub fn begin_any(
        &mut self,
        command: &AnyCommand,
    ) -> Result<(Line, Pending<AnyCommand>), BeginError> {
        let mut line = Line::EMPTY;
        let arguments = |writer: &mut Writer<'_>| command.encode_args(writer);
        self.begin_line(&mut line, Call::of(command.info()), Some(&arguments))?;
        Ok((line, Pending::new(self.state.serial)))
    }

    /// Begins a command as a person types it; see [`begin`](Self::begin). Its answer is a
    /// [`reply`](Self::reply).
    ///
    /// # Errors
    ///
    /// Those of [`begin`](Self::begin).
    pub fn begin_raw<'a>(
        &mut self,
        command: &RawCommand<'a>,
    ) -> Result<(Line, Pending<RawCommand<'a>>), BeginError> {
        let mut line = Line::EMPTY;
        let arguments = |writer: &mut Writer<'_>| command.write_args(writer);
        self.begin_line(&mut line, command.call(), Some(&arguments))?;
        Ok((line, Pending::new(self.state.serial)))
    }

    /// One body for all commands, without a line that is moved about.
    fn begin_line(
        &mut self,
        line: &mut Line,
        call: Call,
        arguments: Arguments<'_>,
    ) -> Result<(), BeginError> {
        self.abandon();
        if self.needs_fence() {
            return Err(BeginError::Unfenced);
        }
        Ok(self.begin_next(line, call, arguments)?)
    }

    /// The same for a client that has given up what was waited for, and puts up its fences.
    pub(crate) fn begin_next(
        &mut self,
        line: &mut Line,
        call: Call,
        arguments: Arguments<'_>,
    ) -> Result<(), EncodeError> {
        self.state.begin(line, call, arguments)
    }

    /// Begins to find out how the controller talks, by asking for its versions.
    ///
    /// # Errors
    ///
    /// [`BeginError::Encode`], never in practice.
    pub fn begin_probe(&mut self) -> Result<(Line, Pending<GetVersion>), BeginError> {
        let mut line = Line::EMPTY;
        self.state.recognise = Some(unmarked::recognise);
        self.state.abandon();
        let phase = Phase::Probing(self.state.free_id());
        self.state.ask(&mut line, phase, GetVersion::CODE, None)?;
        Ok((line, Pending::new(self.state.serial)))
    }

    /// Whether [`begin_fence`](Self::begin_fence) has to be called, and answered, before the next
    /// command may begin.
    ///
    /// With sequence ids only when 238 commands in a row were given up: a reply to the first of
    /// them may be under way, and the next command would have its id. One id is kept for the fence,
    /// and what is answered to it comes behind all others.
    ///
    /// Without ids a late reply, or one that comes twice, looks like that to the next command. But
    /// a controller answers in order, and nothing else looks like its versions: what comes before
    /// them belongs to the past. So the versions are asked for before each command; and after a
    /// question for the versions was given up, often enough that the last one must have been
    /// answered.
    ///
    /// ```
    /// use rapi_client::{Dialect, Exchange, Progress, commands::GetState};
    ///
    /// let mut exchange = Exchange::<64, 4>::new(Dialect::V2_1);
    /// // What comes from the controller: something late, then answers to what is asked.
    /// let mut controller = b"$OK 3 3600^13\r".iter().chain(b"$OK 4.1.0 2.0.1^26\r".iter().cycle());
    /// while exchange.needs_fence() {
    ///     let line = exchange.begin_fence()?;
    ///     assert_eq!(line.as_bytes(), b"$GV^35\r");
    ///     // .. send it, receive bytes:
    ///     while exchange.push(*controller.next().unwrap()) != Progress::Fenced {}
    /// }
    /// assert!(exchange.begin(&GetState).is_ok());
    /// # Ok::<(), rapi_client::BeginError>(())
    /// ```
    // See spec/rapi.md#late-answers.
    #[must_use]
    pub const fn needs_fence(&self) -> bool {
        matches!(self.state.phase, Phase::Idle(1..))
    }

    /// Asks for the versions, as a fence. A command that is still waited for is given up.
    ///
    /// # Errors
    ///
    /// [`BeginError::Encode`], never in practice.
    pub fn begin_fence(&mut self) -> Result<Line, BeginError> {
        let mut line = Line::EMPTY;
        self.abandon();
        let phase = self.state.fence_phase();
        self.state.ask(&mut line, phase, GetVersion::CODE, None)?;
        Ok(line)
    }
}
