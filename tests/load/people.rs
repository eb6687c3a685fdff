//! Who is in a seeded organisation, and by which ids: branch after branch of the demo's shape, each with six account
//! managers. **Never** asks the database: the ids follow from the numbers, here and in [`crate::seed`].

use leeway_core::values::{ClientId, CustomerId, UserId};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// User numbers of a branch's account managers, in the order of their customers.
const MANAGERS: [u128; 6] = [1, 2, 7, 3, 8, 9];
/// Account managers of a branch.
pub const OF_BRANCH: usize = MANAGERS.len();
/// Customers of an account manager in each of the branch's books.
pub const OF_BOOK: usize = 10;
/// Books of customers of a branch: so many times ten customers for each account manager.
pub const BOOKS: usize = 20;
/// Ids of the first branch begin with this; the demo's with another number.
pub const FIRST_BRANCH: usize = 0x0c00_0000;

/// An account manager.
#[derive(Debug, Clone, Copy)]
pub struct Person {
    /// Who.
    pub user: UserId,
    branch: u128,
    place: u128,
}

fn wide(number: usize) -> u128 {
    u128::try_from(number).unwrap()
}

fn id(branch: u128, book: u128, kind: u128, number: u128) -> Uuid {
    Uuid::from_u128(branch << 96 | book << 80 | (0x7000 | kind) << 64 | 0x8000 << 48 | number)
}

impl Person {
    /// Returns the n-th account manager of the organisation.
    pub fn nth(n: usize) -> Self {
        let branch = wide(FIRST_BRANCH + n / OF_BRANCH);
        let place = n % OF_BRANCH;
        Self { user: UserId::new(id(branch, 0, 0x001, MANAGERS[place])), branch, place: wide(place) }
    }

    /// Returns one of their customers.
    pub fn customer(&self, n: usize) -> CustomerId {
        let number = self.place * wide(OF_BOOK) + wide(n % OF_BOOK) + 1;
        CustomerId::new(id(self.branch, wide(n / OF_BOOK % BOOKS), 0x010, number))
    }

    fn token(&self) -> [u8; 32] {
        Sha256::digest(self.user.uuid()).into()
    }

    /// Returns what the database knows their log-in by.
    pub fn session_hash(&self) -> String {
        hex(&Sha256::digest(self.token()))
    }

    /// Returns the cookie of their log-in.
    pub fn session(&self) -> String {
        format!("__Host-s={}", hex(&self.token()))
    }

    /// Returns the store of a phone of theirs.
    pub fn client(&self, run: u64, phone: usize) -> ClientId {
        let name = format!("{} {run} {phone}", self.user);
        let digest = Sha256::digest(name);
        ClientId::new(uuid::Builder::from_random_bytes(digest[..16].try_into().unwrap()).into_uuid())
    }
}

/// Writes bytes in hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
