//! What the commands do to the controller, and which of them its firmware has.

mod current;
mod energy;
mod functions;
mod newer;
mod queries;
mod settings;
mod supervision;

use rapi_core::{Command, CommandInfo, Rejected, commands};
use rapi_server::Handler;

use super::Controller;

/// What a command is answered with.
type Answer<C> = Result<<C as Command>::Response, Rejected>;

/// Does what a command says. Each row of the table has its own.
trait Execute<C: Command> {
    fn execute(&mut self, command: C) -> Answer<C>;
}

/// `|controller, command: Type| { .. }`, for some commands.
macro_rules! execute {
    ($(|$controller:ident, $command:pat_param = $Name:ident| $body:expr;)+) => {$(
        impl crate::controller::commands::Execute<rapi_core::commands::$Name>
            for crate::controller::Controller
        {
            fn execute(
                &mut self,
                $command: rapi_core::commands::$Name,
            ) -> crate::controller::commands::Answer<rapi_core::commands::$Name> {
                let $controller = self;
                $body
            }
        }
    )+};
}
use execute;

macro_rules! handler {
    ($({
        $(#[doc = $doc:literal])+
        $Name:ident $method:ident $code:literal $usage:literal -> $answer:literal
        $class:ident $storage:ident idempotent: $idempotent:literal
        since: $since:literal until: $until:literal feature: $feature:literal $(timeout: $timeout:literal)?;
        $($shape:tt)+
    })+) => {
        impl Handler for Controller {
            fn has(&self, command: &CommandInfo) -> bool {
                self.firmware().knows(command)
            }

            $(
                fn $method(&mut self, command: commands::$Name) -> Answer<commands::$Name> {
                    self.execute(command)
                }
            )+
        }
    };
}
rapi_core::for_each_command!(handler);
