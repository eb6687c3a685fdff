-- All commands of the store up to here are in a checked backup. Never beyond last_seq.
alter table client add column durable_seq integer not null default 0;

-- What is new, whoever holds it, and whom it concerns: asked once a second while somebody listens.
create index row_newest on row (tenant, stamp);
create index scope_grant_newest on scope_grant (tenant, stamp);
create index scope_grant_of on scope_grant (tenant, scope);
