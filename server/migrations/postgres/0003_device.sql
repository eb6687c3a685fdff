-- Devices, as their users and the admins see them: a store with the browser around it. Written once an hour at most,
-- and when what waits on the device changes; a table of its own, so that pushes and pulls don't stop each other.
create table device (
    tenant bigint not null,
    client uuid not null,
    usr uuid not null,
    browser text not null,
    system text not null,
    made_at bigint not null,
    seen_at bigint not null,
    -- how many commands it had to send, by its own word
    waiting bigint not null,
    -- it is to be removed, and gets no rows any more; it has said that it is empty
    removed_at bigint,
    wiped_at bigint,
    primary key (tenant, client)
);
create index device_of on device (tenant, usr);
alter table device enable row level security, force row level security;
create policy own on device using (tenant = nullif(current_setting('leeway.tenant', true), '')::bigint);

-- On which device a log-in is, once that has synced with it.
alter table session add column client uuid;
