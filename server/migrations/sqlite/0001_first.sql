-- The first schema. Every key begins with the tenant: one organisation is served until more are added.
-- Ids are the 16 bytes of a UUID, times are milliseconds since 1970 in UTC, documents are JSON text.

create table tenant (
    id integer primary key,
    name text not null,
    -- names this history of the data: a cookie of another epoch is void
    epoch text not null,
    made_at integer not null
) strict;

-- The number of the last write transaction that changed rows or grants; raised under the one writer.
create table clock (
    tenant integer primary key references tenant (id),
    n integer not null
) strict;

-- A device's store. last_seq: all its commands up to here have an outcome.
create table client (
    tenant integer not null references tenant (id),
    id blob not null,
    usr blob not null,
    incarnation blob,
    last_seq integer not null,
    made_at integer not null,
    primary key (tenant, id)
) strict, without rowid;

-- Every command that ever arrived, as it came, with what became of it: 0 applied, 1 refused, 2 duplicate.
create table command (
    tenant integer not null,
    client blob not null,
    seq integer not null,
    id blob not null,
    -- whose session sent it, and whom it names as its author
    usr blob not null,
    author blob not null,
    kind text not null,
    kv integer not null,
    args text not null,
    payload_sha blob not null,
    outcome integer not null,
    detail text,
    -- this entry decided the command of this id; a repetition does not
    decides integer not null,
    at integer not null,
    received_at integer not null,
    primary key (tenant, client, seq),
    foreign key (tenant, client) references client (tenant, id)
) strict;
create unique index command_once on command (tenant, id) where decides = 1;

-- Who holds which scope. Revoked grants stay, so that the next pull can say so.
create table scope_grant (
    tenant integer not null references tenant (id),
    usr blob not null,
    scope text not null,
    active integer not null,
    stamp integer not null,
    primary key (tenant, usr, scope)
) strict, without rowid;

-- Records. A row that moves leaves a tombstone in its old scope.
create table row (
    tenant integer not null references tenant (id),
    scope text not null,
    typ text not null,
    id blob not null,
    rev integer not null,
    deleted integer not null,
    body text,
    stamp integer not null,
    primary key (tenant, scope, typ, id)
) strict;
create index row_by_stamp on row (tenant, scope, stamp);
create unique index row_live on row (tenant, typ, id) where deleted = 0;

-- Where live records are found, by leeway_core's index keys.
create table row_key (
    tenant integer not null references tenant (id),
    key text not null,
    typ text not null,
    id blob not null,
    primary key (tenant, key, typ, id)
) strict, without rowid;
create index row_key_of on row_key (tenant, typ, id);

create table credential (
    tenant integer not null references tenant (id),
    usr blob not null,
    -- PHC string of Argon2id
    hash text not null,
    must_change integer not null,
    -- printed by the demo: good on the loopback only
    demo integer not null,
    changed_at integer not null,
    primary key (tenant, usr)
) strict, without rowid;

-- hash: SHA-256 of the cookie.
create table session (
    tenant integer not null references tenant (id),
    hash blob not null,
    usr blob not null,
    made_at integer not null,
    seen_at integer not null,
    primary key (tenant, hash)
) strict, without rowid;
create index session_of on session (tenant, usr);
