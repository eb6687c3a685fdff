-- By which host names an organisation is reached. A name is one organisation's, so the key does not begin with the tenant.
create table host (
    host text collate "C" primary key,
    tenant bigint not null
);
create index host_of on host (tenant);
alter table host enable row level security, force row level security;
create policy own on host using (tenant = nullif(current_setting('leeway.tenant', true), '')::bigint);
-- Who takes in a request must know whose it is: a transaction that names nobody sees the names, and no other table.
create policy directory on host for select using (nullif(current_setting('leeway.tenant', true), '') is null);
