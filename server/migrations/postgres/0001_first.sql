-- The first schema. Every key begins with the tenant, so that each table can be cut into partitions by it.
-- The tables are those of SQLite, with the same meaning: times are milliseconds since 1970 in UTC, documents are
-- JSON text as it came (nothing asks for a part of it, and jsonb knows no NUL). Text that is a key or a place in an
-- order is compared byte by byte, as Rust does.
--
-- No key refers to the tenant's row: each insert would lock that one row, which all writers share. A transaction can
-- write for its own tenant only.
--
-- stamp: the transaction that wrote the row last. Which of them a pull has seen is said by its snapshot.
-- spread: ids of phones begin with the time, so an index in their order has one page where all the new ones are, and
-- serializable transactions that look there stop each other though they have nothing in common. Indexes that are
-- asked for single ids begin with this instead.

create table tenant (
    id bigint primary key,
    name text not null,
    -- names this history of the data, together with what identifies the cluster
    epoch text not null,
    made_at bigint not null
);

-- A device's store. last_seq: all its commands up to here have an outcome. durable_seq: all of them up to here are in
-- a checked backup; never beyond last_seq.
create table client (
    tenant bigint not null,
    id uuid not null,
    usr uuid not null,
    incarnation uuid,
    last_seq bigint not null,
    durable_seq bigint not null default 0,
    made_at bigint not null,
    primary key (tenant, id)
) with (fillfactor = 70);

-- Every command that ever arrived, as it came, with what became of it: 0 applied, 1 refused, 2 duplicate.
create table command (
    tenant bigint not null,
    client uuid not null,
    seq bigint not null,
    id uuid not null,
    -- whose session sent it, and whom it names as its author
    usr uuid not null,
    author uuid not null,
    kind text not null,
    kv bigint not null,
    args text not null,
    payload_sha bytea not null,
    outcome bigint not null,
    detail text,
    -- this entry decided the command of this id; a repetition does not
    decides boolean not null,
    at bigint not null,
    received_at bigint not null,
    spread bigint not null generated always as (uuid_hash_extended(id, 0)) stored,
    primary key (tenant, client, seq),
    foreign key (tenant, client) references client (tenant, id)
);
create unique index command_once on command (tenant, spread, id) where decides;
-- what a backup may lack
create index command_newest on command (tenant, received_at);

-- Who holds which scope. Revoked grants stay, so that the next pull can say so.
create table scope_grant (
    tenant bigint not null,
    usr uuid not null,
    scope text collate "C" not null,
    active boolean not null,
    stamp xid8 not null,
    primary key (tenant, usr, scope)
);
-- what is new, and whom it concerns: asked once a second while somebody listens. The condition on the stamp always
-- holds. A question that does not say it can't go by these indexes, where other rows than its own are neighbours.
create index scope_grant_newest on scope_grant (tenant, stamp) where stamp > '0';
create index scope_grant_of on scope_grant (tenant, scope) where active and stamp > '0';

-- Records. A row that moves leaves a tombstone in its old scope.
create table row (
    tenant bigint not null,
    scope text collate "C" not null,
    typ text collate "C" not null,
    id uuid not null,
    rev bigint not null,
    deleted boolean not null,
    body text,
    stamp xid8 not null,
    spread bigint not null generated always as (uuid_hash_extended(id, 0)) stored,
    primary key (tenant, scope, typ, id)
);
create index row_by_stamp on row (tenant, scope, stamp);
-- what is new, whoever holds it; a pull that went by it would read all news once for each scope. The condition always
-- holds, as above.
create index row_newest on row (tenant, stamp) where rev > 0;
create unique index row_live on row (tenant, spread, typ, id) where not deleted;

-- Where live records are found, by leeway_core's index keys.
create table row_key (
    tenant bigint not null,
    key text collate "C" not null,
    typ text collate "C" not null,
    id uuid not null,
    spread bigint not null generated always as (uuid_hash_extended(id, 0)) stored,
    primary key (tenant, key, typ, id)
);
create index row_key_of on row_key (tenant, spread, typ, id);

create table credential (
    tenant bigint not null,
    usr uuid not null,
    -- PHC string of Argon2id
    hash text not null,
    must_change boolean not null,
    -- printed by the demo: good on the loopback only
    demo boolean not null,
    changed_at bigint not null,
    primary key (tenant, usr)
);

-- hash: SHA-256 of the cookie.
create table session (
    tenant bigint not null,
    hash bytea not null,
    usr uuid not null,
    made_at bigint not null,
    seen_at bigint not null,
    primary key (tenant, hash)
);
create index session_of on session (tenant, usr);
-- what is too old is found without looking at what is not
create index session_by_start on session (tenant, made_at);
create index session_by_use on session (tenant, seen_at);

-- The public halves of the organisation's recovery keys. The private halves are never here. The one that is not retired
-- is given out; the others stay, so that an old rescue file names its key.
create table recovery_key (
    tenant bigint not null,
    id text not null,
    public bytea not null,
    made_at bigint not null,
    retired_at bigint,
    primary key (tenant, id)
);
create unique index recovery_key_newest on recovery_key (tenant) where retired_at is null;

-- Whoever writes a row, by hand too, leaves the stamp by which devices hear of it.
create function stamp() returns trigger language plpgsql as $$
begin
    new.stamp := pg_current_xact_id();
    return new;
end
$$;
create trigger stamp before insert or update on row for each row execute function stamp();
create trigger stamp before insert or update on scope_grant for each row execute function stamp();

-- A transaction sees the tenant that it has named, and nothing when it has named none. Forced: for the owner, too.
alter table tenant enable row level security, force row level security;
alter table client enable row level security, force row level security;
alter table command enable row level security, force row level security;
alter table scope_grant enable row level security, force row level security;
alter table row enable row level security, force row level security;
alter table row_key enable row level security, force row level security;
alter table credential enable row level security, force row level security;
alter table session enable row level security, force row level security;
alter table recovery_key enable row level security, force row level security;

-- nullif: a setting that was made in an earlier transaction of the connection is empty afterwards, not gone
create policy own on tenant using (id = nullif(current_setting('leeway.tenant', true), '')::bigint);
create policy own on client using (tenant = nullif(current_setting('leeway.tenant', true), '')::bigint);
create policy own on command using (tenant = nullif(current_setting('leeway.tenant', true), '')::bigint);
create policy own on scope_grant using (tenant = nullif(current_setting('leeway.tenant', true), '')::bigint);
create policy own on row using (tenant = nullif(current_setting('leeway.tenant', true), '')::bigint);
create policy own on row_key using (tenant = nullif(current_setting('leeway.tenant', true), '')::bigint);
create policy own on credential using (tenant = nullif(current_setting('leeway.tenant', true), '')::bigint);
create policy own on session using (tenant = nullif(current_setting('leeway.tenant', true), '')::bigint);
create policy own on recovery_key using (tenant = nullif(current_setting('leeway.tenant', true), '')::bigint);
