//! Commands come in: order and author are checked, then core decides, and what it says is committed together
//! with the outcome. **Never** holds a rule of its own, and never drops what somebody typed: a refused command
//! is kept, and goes back to its sender as a card.
//!
//! A push is one transaction. If the schema doesn't allow what core decided for one of its commands, each command gets
//! a transaction of its own, and that one is refused. A transient failure ends the push: the client sends again, and what
//! was committed before answers as a duplicate. When another transaction came in between, the commands are judged anew,
//! on what it left.

mod batch;
mod payload;

use std::slice;

use leeway_core::sync::protocol::{
    COMMAND_BYTES_MAX, Envelope, PUSH_MAX, PushRequest, PushResponse, WIRE_VERSION,
};
use leeway_core::values::UserId;

use crate::app::App;
use crate::db::{Contention, DbError, retrying};
use crate::error::{ApiError, TooLarge};
#[cfg(feature = "plant")]
use crate::plant;
use batch::{Batch, Judging};

/// Takes in a push of this user.
///
/// # Errors
/// [`ApiError`] when the order is broken, the store is not the user's, or the database fails. What was
/// committed until then stays.
pub async fn push(app: &App, user: UserId, request: &PushRequest) -> Result<PushResponse, ApiError> {
    check(request)?;
    #[cfg(feature = "plant")]
    let request = &plant::swapped(request);
    match settle(app, user, request, &request.cmds, Judging::ByRule).await {
        Err(Halt::Schema(error)) => {
            tracing::error!(%user, %error, "the schema does not allow what core decided");
            one_by_one(app, user, request).await
        }
        done => Ok(done?),
    }
}

/// Gives each command a transaction of its own, so that the one which the schema does not allow leaves no trace but its
/// refusal: it would fail again and again, and hold up all that follow.
async fn one_by_one(app: &App, user: UserId, request: &PushRequest) -> Result<PushResponse, ApiError> {
    let mut all = PushResponse { last_seq: 0, results: Vec::with_capacity(request.cmds.len()), epoch: None };
    for envelope in &request.cmds {
        let alone = slice::from_ref(envelope);
        let done = match settle(app, user, request, alone, Judging::ByRule).await {
            Err(Halt::Schema(error)) => {
                tracing::error!(command = %envelope.id, %error, "a command that the schema does not allow");
                settle(app, user, request, alone, Judging::AsFault).await
            }
            done => done,
        }?;
        (all.last_seq, all.epoch) = (done.last_seq, done.epoch);
        all.results.extend(done.results);
    }
    Ok(all)
}

/// Gives commands their outcomes, all in one transaction.
async fn settle(
    app: &App,
    user: UserId,
    request: &PushRequest,
    envelopes: &[Envelope],
    judging: Judging,
) -> Result<PushResponse, Halt> {
    retrying(app.db.as_ref(), app.tenant, |tx| async move {
        Batch::begin(app, user, request, judging, tx).await?.settle_all(envelopes).await
    })
    .await
}

/// Why a transaction did not come to its end.
enum Halt {
    /// The schema does not allow it.
    Schema(DbError),
    /// Anything else.
    Other(ApiError),
}

impl From<DbError> for Halt {
    fn from(error: DbError) -> Self {
        match error {
            DbError::Constraint(_) => Self::Schema(error),
            error => Self::Other(error.into()),
        }
    }
}

impl From<ApiError> for Halt {
    fn from(error: ApiError) -> Self {
        Self::Other(error)
    }
}

impl From<Halt> for ApiError {
    fn from(halt: Halt) -> Self {
        match halt {
            Halt::Schema(error) => error.into(),
            Halt::Other(error) => error,
        }
    }
}

impl Contention for Halt {
    fn is_contention(&self) -> bool {
        matches!(self, Self::Other(error) if error.is_contention())
    }
}

/// Checks what can be checked without the database.
fn check(request: &PushRequest) -> Result<(), ApiError> {
    if request.v != WIRE_VERSION {
        return Err(ApiError::UpdateRequired);
    }
    if request.cmds.len() > PUSH_MAX {
        return Err(ApiError::TooLarge { what: TooLarge::Commands, max: PUSH_MAX });
    }
    for envelope in &request.cmds {
        #[cfg(feature = "plant")]
        if plant::forgotten_kind(&envelope.kind) {
            return Err(ApiError::UpdateRequired);
        }
        let bytes = serde_json::to_vec(envelope).map_err(|error| ApiError::Internal(error.to_string()))?;
        if bytes.len() > COMMAND_BYTES_MAX {
            let what = TooLarge::Command { seq: envelope.seq };
            return Err(ApiError::TooLarge { what, max: COMMAND_BYTES_MAX });
        }
        if envelope.seq == 0 || i64::try_from(envelope.seq).is_err() {
            return Err(ApiError::BadRequest("a seq counts from 1".into()));
        }
    }
    for pair in request.cmds.windows(2) {
        if let [one, next] = pair
            && next.seq != one.seq + 1
        {
            return Err(ApiError::Gap { expected: one.seq + 1 });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::payload::tests::envelope;
    use super::*;

    fn request(seqs: &[u64]) -> PushRequest {
        PushRequest {
            v: WIRE_VERSION,
            epoch: None,
            client: leeway_core::values::ClientId::from_u128(1),
            incarnation: uuid::Uuid::nil(),
            cmds: seqs.iter().map(|seq| envelope(*seq, "{}")).collect(),
        }
    }

    #[test]
    fn a_push_is_in_order_and_not_too_large() {
        assert!(check(&request(&[])).is_ok());
        assert!(check(&request(&[5, 6, 7])).is_ok());
        assert!(matches!(check(&request(&[5, 7])), Err(ApiError::Gap { expected: 6 })));
        assert!(matches!(check(&request(&[5, 4])), Err(ApiError::Gap { expected: 6 })));
        assert!(matches!(check(&request(&[0])), Err(ApiError::BadRequest(_))));
        assert!(matches!(check(&request(&[u64::MAX])), Err(ApiError::BadRequest(_))));
        let many: Vec<u64> = (1..=101).collect();
        let refused = check(&request(&many));
        assert!(matches!(refused, Err(ApiError::TooLarge { what: TooLarge::Commands, max: 100 })));
        let mut large = request(&[1, 2]);
        large.cmds[1].args = Value::String("x".repeat(COMMAND_BYTES_MAX));
        let refused = check(&large);
        assert!(matches!(refused, Err(ApiError::TooLarge { what: TooLarge::Command { seq: 2 }, .. })));
        assert!(matches!(check(&PushRequest { v: 2, ..request(&[]) }), Err(ApiError::UpdateRequired)));
    }
}
