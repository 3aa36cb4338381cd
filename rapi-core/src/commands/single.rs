//! Answers of one field.

use crate::form::field_infos;
use crate::show::Show as _;
use crate::types::{BootLock, EvConnected, KilowattHours, QuarterHours, SerialNumber};
use crate::{FieldInfo, Reply, Response, Visitor, Writer};

/// They are that field.
macro_rules! single_field {
    ($($(#[doc = $summary:literal])* $name:ident: $Type:ident,)+) => {$(
        impl Response for $Type {
            const FIELDS: &'static [FieldInfo] =
                field_infos!($(#[doc = $summary])* $name: $Type,);

            fn read(reply: &mut Reply<'_>) -> Self {
                reply.accepted_fields().read()
            }

            fn encode(&self, writer: &mut Writer<'_>) {
                crate::Field::encode(self, writer);
            }

            fn visit(&self, visitor: &mut Visitor<'_>) {
                self.show(stringify!($name), visitor);
            }
        }
    )+};
}
single_field! {
    /// Whether the lock is cleared.
    result: BootLock,
    /// Whether a vehicle is connected.
    connected: EvConnected,
    /// The energy that ends the session; 0 is no limit.
    limit: KilowattHours,
    /// The time that ends the session; 0 is no limit.
    limit: QuarterHours,
    /// The serial number.
    serial: SerialNumber,
}
