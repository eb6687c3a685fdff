-- By which host names an organisation is reached.
create table host (
    host text primary key,
    tenant integer not null references tenant (id)
) strict, without rowid;
