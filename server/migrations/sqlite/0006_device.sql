-- Devices, as their users and the admins see them: a store with the browser around it. Written once an hour at most,
-- and when what waits on the device changes; a table of its own, so that pushes and pulls don't stop each other.
create table device (
    tenant integer not null,
    client blob not null,
    usr blob not null,
    browser text not null,
    system text not null,
    made_at integer not null,
    seen_at integer not null,
    -- how many commands it had to send, by its own word
    waiting integer not null,
    -- it is to be removed, and gets no rows any more; it has said that it is empty
    removed_at integer,
    wiped_at integer,
    primary key (tenant, client)
) strict, without rowid;
create index device_of on device (tenant, usr);

-- On which device a log-in is, once that has synced with it.
alter table session add column client blob;
